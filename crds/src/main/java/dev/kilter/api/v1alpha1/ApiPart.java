package dev.kilter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Every record of the API. Reading is lenient, so that an object written by a newer Kilter does not stop an older one;
 * the API server is the one to refuse unknown fields. What is empty is left out when written.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public interface ApiPart {}

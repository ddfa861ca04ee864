package dev.kilter.runtime.exchange;

import java.util.Set;

/** Which parameters of the repository extension are spoken here; others change the meaning of a request. */
public final class RepositoryParameters {

    private static final String UNLOAD_DEPENDENTS = "unload_dependents";

    private RepositoryParameters() {}

    /**
     * A load takes none: configuration and files come from the repository alone.
     *
     * @throws Rejection at the first that is given
     */
    public static void checkLoad(Set<String> given) {
        given.forEach(RepositoryParameters::refuse);
    }

    /**
     * An unload may ask to take dependent models along, of which there are none.
     *
     * @throws Rejection at the first other that is given
     */
    public static void checkUnload(Set<String> given) {
        given.stream().filter(name -> !name.equals(UNLOAD_DEPENDENTS)).forEach(RepositoryParameters::refuse);
    }

    private static void refuse(String name) {
        throw Rejection.invalid("parameters." + name, "given", "left out: not supported by this server");
    }
}

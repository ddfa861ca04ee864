package dev.kilter.runtime.source;

import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * How {@code s3:} is reached.
 *
 * @param endpoint of a server that is not Amazon's; buckets are then part of the path
 * @param region empty: {@code us-east-1}, which other servers take
 * @param credentials asked when a file is opened
 */
public record S3Access(Optional<URI> endpoint, Optional<String> region, AwsCredentialsProvider credentials) {

    /**
     * By the names that the AWS tools use: {@code AWS_ENDPOINT_URL_S3} or {@code AWS_ENDPOINT_URL}, {@code AWS_REGION},
     * {@code AWS_ACCESS_KEY_ID} and the rest of the default chain; {@code AWS_NO_SIGN_REQUEST=true} for public buckets.
     */
    public static S3Access fromEnvironment() {
        Optional<String> endpoint = environment("AWS_ENDPOINT_URL_S3").or(() -> environment("AWS_ENDPOINT_URL"));
        boolean anonymous =
                environment("AWS_NO_SIGN_REQUEST").map(Boolean::parseBoolean).orElse(false);
        return new S3Access(
                endpoint.map(URI::create),
                environment("AWS_REGION").or(() -> environment("AWS_DEFAULT_REGION")),
                anonymous
                        ? AnonymousCredentialsProvider.create()
                        // Made when it is asked: most processes never are, and its chain costs their start much.
                        : () -> DefaultCredentialsProvider.builder().build().resolveCredentials());
    }

    /** With this pair of keys. */
    public static S3Access of(URI endpoint, String accessKeyId, String secretAccessKey) {
        return new S3Access(
                Optional.of(endpoint),
                Optional.empty(),
                StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secretAccessKey)));
    }

    S3Client client() {
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .region(Region.of(region.orElse("us-east-1")))
                .credentialsProvider(credentials)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        endpoint.ifPresent(uri -> builder.endpointOverride(uri).forcePathStyle(true));
        return builder.build();
    }

    private static Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }
}

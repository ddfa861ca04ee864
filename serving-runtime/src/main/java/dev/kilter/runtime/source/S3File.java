package dev.kilter.runtime.source;

import dev.kilter.runtime.source.SourceException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** {@code s3://BUCKET/KEY}, of Amazon or any server that speaks its protocol. */
record S3File(ModelUri uri, S3Access access) implements RemoteFile {

    @Override
    public Part open(long from, Optional<String> tag) throws SourceException, IOException {
        String bucket = uri.value().getAuthority();
        String path = uri.value().getPath();
        if (bucket == null || path == null || path.length() < 2) {
            throw new SourceException(Kind.INVALID_URI, uri + ": no object (expected: s3://BUCKET/KEY)");
        }
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(bucket).key(path.substring(1));
        if (from > 0 && tag.isPresent()) {
            request.range("bytes=" + from + "-").ifMatch(tag.get());
        }
        S3Client client = access.client();
        try {
            return part(from, client, client.getObject(request.build()));
        } catch (AwsServiceException e) {
            client.close();
            if (from > 0 && (e.statusCode() == 412 || e.statusCode() == 416)) {
                return open(0, Optional.empty()); // another version lies there now
            }
            throw refused(e);
        } catch (SdkException e) {
            client.close();
            throw unreachable(e);
        }
    }

    private static Part part(long from, S3Client client, ResponseInputStream<GetObjectResponse> body) {
        GetObjectResponse response = body.response();
        long start = response.contentRange() == null ? 0 : from;
        InputStream bytes = new FilterInputStream(body) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                try {
                    return super.read(buffer, offset, length);
                } catch (SdkException e) {
                    throw new IOException(e.getMessage(), e);
                }
            }

            @Override
            public void close() {
                body.abort(); // reading a rest that nobody wants would take as long as fetching it
                client.close();
            }
        };
        return new Part(
                start,
                response.contentLength() == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(start + response.contentLength()),
                Optional.ofNullable(response.eTag()),
                bytes);
    }

    private SourceException refused(AwsServiceException e) throws IOException {
        int status = e.statusCode();
        String code =
                e.awsErrorDetails() == null ? "" : " (" + e.awsErrorDetails().errorCode() + ")";
        if (status == 429 || status >= 500) {
            throw new IOException("S3 status " + status + code, e);
        }
        return switch (status) {
            case 401, 403 ->
                new SourceException(
                        Kind.FORBIDDEN,
                        uri + ": S3 status " + status + code
                                + "; check the keys in storage.secretRef and their right s3:GetObject",
                        e);
            case 404 ->
                new SourceException(
                        Kind.NOT_FOUND, uri + ": S3 status 404" + code + "; check bucket and key, letter by letter", e);
            default -> new SourceException(Kind.UNREACHABLE, uri + ": S3 status " + status + code, e);
        };
    }

    private IOException unreachable(SdkException e) throws SourceException {
        if (String.valueOf(e.getMessage()).contains("Unable to load credentials")) {
            throw new SourceException(
                    Kind.FORBIDDEN,
                    uri + ": no credentials; name a Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in "
                            + "storage.secretRef, or set AWS_NO_SIGN_REQUEST=true for a public bucket",
                    e);
        }
        return new IOException(e.getMessage(), e);
    }
}

package dev.kilter.runtime.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs ONNX models through DJL's ONNX Runtime engine. DJL's downloads are off, the telemetry of DJL and of ONNX Runtime
 * are off, and native libraries come from the classpath.
 */
public final class DjlEngine implements Engine {

    private static final String NAME = "OnnxRuntime";

    /** @param cache folder where native libraries may be unpacked; may be shared between processes */
    public DjlEngine(Path cache) {
        ProcessEnvironment.set(ProcessEnvironment.NO_TELEMETRY, "1");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.onnx.disable_alternative", "true");
        System.setProperty("ENGINE_CACHE_DIR", cache.resolve("native").toString());
        // DJL makes the process's one OrtEnvironment with its own thread pools, so it has to come first.
        ai.djl.engine.Engine.getEngine(NAME);
    }

    @Override
    public LoadedModel load(ModelFile file, EngineOptions options) throws EngineException {
        try {
            Signature signature = OnnxSignature.read(file.path());
            Model model = Model.newInstance(file.path().getFileName().toString(), device(options), NAME);
            try {
                model.load(file.path(), null, sessionOptions(options));
                return new DjlModel(model, signature, options.provider());
            } catch (Exception e) {
                model.close();
                throw e;
            }
        } catch (OrtException | MalformedModelException | IOException e) {
            Throwable reason = e instanceof MalformedModelException && e.getCause() != null ? e.getCause() : e;
            throw new EngineException(
                    file.uri() + ": not a model that ONNX Runtime loads: " + reason.getMessage()
                            + "; check that the URI names a complete .onnx file",
                    e);
        } catch (ai.djl.engine.EngineException | IllegalArgumentException e) {
            throw new EngineException(
                    file.uri() + ": ONNX Runtime does not load it with " + options.provider() + ": " + e.getMessage()
                            + "; check the provider and that the file is a complete .onnx file",
                    e);
        } catch (EngineException e) {
            throw new EngineException(file.uri() + ": " + e.getMessage(), e);
        }
    }

    private static Device device(EngineOptions options) {
        return options.provider().equals("CPU") ? Device.cpu() : Device.gpu(0);
    }

    private static Map<String, Object> sessionOptions(EngineOptions options) throws OrtException {
        OrtSession.SessionOptions session = new OrtSession.SessionOptions();
        // Threads that spin between operators starve the event loops and the neighbours of a small pod.
        session.addConfigEntry("session.intra_op.allow_spinning", "0");
        Map<String, Object> settings = new HashMap<>();
        settings.put("sessionOptions", session);
        settings.put("intraOpNumThreads", Integer.toString(options.threads()));
        settings.put("interOpNumThreads", "1");
        if (options.provider().equals("TensorRT")) {
            settings.put("ortDevice", "TensorRT");
        }
        return settings;
    }
}

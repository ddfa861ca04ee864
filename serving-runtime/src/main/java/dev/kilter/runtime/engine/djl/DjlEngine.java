package dev.kilter.runtime.engine.djl;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.kilter.runtime.engine.Engine;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.EngineOptions;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.ModelFile;
import dev.kilter.runtime.engine.ProcessEnvironment;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.engine.ort.OrtEngine;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs ONNX models through DJL's ONNX Runtime engine. DJL's downloads are off, the telemetry of DJL and of ONNX Runtime
 * are off, and native libraries come from the classpath.
 */
public final class DjlEngine implements Engine {

    private static final String NAME = "OnnxRuntime";
    private static final Set<DataType> UNKNOWN_TO_DJL =
            Set.of(DataType.UINT16, DataType.UINT32, DataType.UINT64, DataType.INT16);

    /** @param cache folder where native libraries may be unpacked; may be shared between processes */
    public DjlEngine(Path cache) {
        ProcessEnvironment.withoutTelemetry();
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.onnx.disable_alternative", "true");
        System.setProperty("ENGINE_CACHE_DIR", cache.resolve("native").toString());
        // DJL makes the process's one OrtEnvironment with its own thread pools, so it has to come first.
        ai.djl.engine.Engine.getEngine(NAME);
    }

    @Override
    public LoadedModel load(ModelFile file, EngineOptions options) throws EngineException {
        Signature signature = OrtEngine.signature(file); // DJL does not tell it
        requireRunnable(file, signature.inputs());
        requireRunnable(file, signature.outputs());
        try {
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
        }
    }

    private static void requireRunnable(ModelFile file, List<TensorSpec> specs) throws EngineException {
        for (TensorSpec spec : specs) {
            boolean table = spec.type() == DataType.BYTES && spec.shape().rank() != 1; // DJL mixes up the rows
            if (table || UNKNOWN_TO_DJL.contains(spec.type())) {
                throw new EngineException(file.uri() + ": " + spec.name() + ": " + spec.type() + " " + spec.shape()
                        + " is not run through DJL (expected: no " + UNKNOWN_TO_DJL
                        + ", and strings of one dimension only); the default engine runs it");
            }
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

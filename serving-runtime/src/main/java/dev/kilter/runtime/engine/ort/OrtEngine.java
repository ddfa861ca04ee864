package dev.kilter.runtime.engine.ort;

import ai.onnxruntime.OrtEnvironment;
import dev.kilter.runtime.engine.Engine;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.EngineOptions;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.ModelFile;
import dev.kilter.runtime.engine.ProcessEnvironment;
import dev.kilter.runtime.engine.Signature;

/** Runs ONNX models through ONNX Runtime's C API: inputs are read where they lie, outputs where they were written. */
public final class OrtEngine implements Engine {

    private final SessionTuning tuning;

    /** The engine as it serves. */
    public OrtEngine() {
        this(SessionTuning.SERVING);
    }

    /** An engine with sessions of that tuning. */
    public OrtEngine(SessionTuning tuning) {
        ProcessEnvironment.withoutTelemetry();
        this.tuning = tuning;
    }

    /** Of ONNX Runtime's jar, as its manifest tells it; loads nothing. */
    public static String version() {
        return String.valueOf(OrtEnvironment.class.getPackage().getImplementationVersion());
    }

    /** Brings the native library in and binds its functions, as the first load would. */
    public static void prepare() {
        ProcessEnvironment.withoutTelemetry();
        NativeSession.prepare();
    }

    @Override
    public LoadedModel load(ModelFile file, EngineOptions options) throws EngineException {
        return new OrtModel(open(file, options, tuning), options.provider());
    }

    /**
     * What a model takes and gives.
     *
     * @throws EngineException if ONNX Runtime cannot load the file, or a type is none of the protocol's
     */
    public static Signature signature(ModelFile file) throws EngineException {
        ProcessEnvironment.withoutTelemetry();
        try (NativeSession session = open(file, new EngineOptions("CPU", 1), SessionTuning.SERVING)) {
            return session.signature();
        }
    }

    private static NativeSession open(ModelFile file, EngineOptions options, SessionTuning tuning)
            throws EngineException {
        try {
            return NativeSession.open(file.path(), options, tuning);
        } catch (EngineException e) {
            throw new EngineException(
                    file.uri() + ": not loaded with " + options.provider() + ": " + e.getMessage()
                            + "; check that the URI names a complete .onnx file",
                    e);
        }
    }
}

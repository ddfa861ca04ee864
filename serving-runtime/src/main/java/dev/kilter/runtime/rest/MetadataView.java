package dev.kilter.runtime.rest;

import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.TensorSpec;
import java.util.List;

/** The answer to {@code GET /v2/models/{model}}. */
record MetadataView(
        String name, List<String> versions, String platform, List<TensorView> inputs, List<TensorView> outputs) {

    /** A tensor of the signature; -1 is a dimension that varies. */
    record TensorView(String name, String datatype, List<Long> shape) {
        static TensorView of(TensorSpec spec) {
            return new TensorView(spec.name(), spec.type().name(), spec.shape().dimensions());
        }
    }

    static MetadataView of(ServedModel model) {
        return new MetadataView(
                model.name(),
                model.versions(),
                model.platform(),
                model.inputs().stream().map(TensorView::of).toList(),
                model.outputs().stream().map(TensorView::of).toList());
    }
}

package dev.kilter.runtime.exchange;

import dev.kilter.runtime.serving.ServedModel;

/**
 * A model's state in the words of the repository extension.
 *
 * @param name {@code LOADING}, {@code READY}, {@code UNAVAILABLE} or {@code UNLOADING}
 * @param reason a sentence; empty where it is ready
 */
public record ModelState(String name, String reason) {

    public static ModelState of(ServedModel model) {
        return of(model.state());
    }

    public static ModelState of(ServedModel.State state) {
        return switch (state) {
            case ServedModel.State.Loading loading -> new ModelState("LOADING", loading.progress());
            case ServedModel.State.Ready _ -> new ModelState("READY", "");
            case ServedModel.State.Failed failed -> new ModelState("UNAVAILABLE", failed.reason());
            case ServedModel.State.Draining _ -> new ModelState("UNLOADING", "draining");
            case ServedModel.State.Unloading _ -> new ModelState("UNLOADING", "answering what was admitted");
            case ServedModel.State.Unloaded unloaded -> new ModelState("UNAVAILABLE", unloaded.reason());
        };
    }

    /** Whether it answers requests as a healthy one. */
    public boolean ready() {
        return name.equals("READY");
    }
}

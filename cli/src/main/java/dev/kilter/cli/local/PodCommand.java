package dev.kilter.cli.local;

import java.util.List;

/** What a container image means on this machine. */
public interface PodCommand {

    /**
     * The command line that does what the image would; its arguments carry {@code marker}, so that the process can be
     * recognised later.
     *
     * @throws dev.kilter.cli.UserError if no local command stands for the image
     */
    List<String> of(PodTemplate template, String marker);
}

package dev.kilter.e2e;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/** Hands the installed Kilter to the scenarios, and prints what a person would look at when one fails. */
final class WithKilter implements ParameterResolver, TestWatcher {

    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(WithKilter.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == InstalledKilter.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return installed(context);
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        InstalledKilter kilter = installed(context);
        kilter.diagnosis().print();
    }

    /** The root store closes it after the last scenario. */
    private static InstalledKilter installed(ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .computeIfAbsent(InstalledKilter.class, type -> InstalledKilter.install(), InstalledKilter.class);
    }
}

package dev.kilter.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between the rooms of the house go one way. The cli sees all modules, so they are held here. */
class ArchitectureTest {

    private static final String CORE = "dev.kilter.core..";
    private static final String PLANNER = "dev.kilter.planner..";
    private static final String PROTOCOL = "dev.kilter.protocol..";
    private static final String NETWORK = "dev.kilter.network..";
    private static final String API = "dev.kilter.api..";
    private static final String RUNTIME = "dev.kilter.runtime..";
    private static final String GATEWAY = "dev.kilter.gateway..";
    private static final String AUTOSCALER = "dev.kilter.autoscaler..";
    private static final String OPERATOR = "dev.kilter.operator..";
    private static final String CLI = "dev.kilter.cli..";

    /** Decisions as values: no client, no clock, no thread. */
    private static final String[] PURE = {
        CORE,
        PLANNER,
        "dev.kilter.autoscaler.policy..",
        "dev.kilter.autoscaler.forecast..",
        "dev.kilter.autoscaler.dcgm..",
        "dev.kilter.operator.plan..",
        "dev.kilter.operator.build..",
        "dev.kilter.cli.bench.evidence..",
        "dev.kilter.cli.explain"
    };

    private static final JavaClasses KILTER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.kilter");

    @Test
    void coreNeedsTheJdkAlone() {
        only(CORE, CORE, "java..");
    }

    @Test
    void thePlannerNeedsCoreAndMathematics() {
        only(PLANNER, PLANNER, CORE, "java..", "org.apache.commons.math3..", "org.hipparchus..");
    }

    @Test
    void theApiKnowsNoOtherModule() {
        never(API, CORE, PLANNER, PROTOCOL, RUNTIME, GATEWAY, AUTOSCALER, OPERATOR, CLI);
    }

    @Test
    void theProtocolKnowsNoOtherModule() {
        never(PROTOCOL, CORE, PLANNER, API, RUNTIME, GATEWAY, AUTOSCALER, OPERATOR, CLI);
    }

    @Test
    void theNetworkKnowsNoOtherModule() {
        never(NETWORK, CORE, PLANNER, PROTOCOL, API, RUNTIME, GATEWAY, AUTOSCALER, OPERATOR, CLI);
    }

    @Test
    void theDataPlaneKnowsNeitherTheApiNorWhoWritesIt() {
        never(RUNTIME, PLANNER, API, GATEWAY, AUTOSCALER, OPERATOR, CLI, "io.fabric8..");
        never(GATEWAY, PLANNER, API, RUNTIME, AUTOSCALER, OPERATOR, CLI);
    }

    @Test
    void theControlLoopsKnowNoDataPlaneAndNotEachOther() {
        never(AUTOSCALER, NETWORK, RUNTIME, GATEWAY, OPERATOR, CLI);
        never(OPERATOR, NETWORK, RUNTIME, GATEWAY, AUTOSCALER, CLI);
    }

    @Test
    void policiesAndBuildersKnowNoClientNoServerAndNoThread() {
        for (String pure : PURE) {
            noClasses()
                    .that()
                    .resideInAPackage(pure)
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(
                                    "io.fabric8.kubernetes.client..",
                                    "io.javaoperatorsdk..",
                                    "com.linecorp.armeria..",
                                    "io.prometheus..",
                                    "java.net.http..",
                                    "java.util.concurrent.locks..")
                            .and(new NotACustomResource()))
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(Thread.class)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(java.util.concurrent.Executor.class)
                    .allowEmptyShould(true)
                    .check(KILTER);
        }
    }

    @Test
    void policiesAndBuildersAreToldTheTime() {
        for (String pure : PURE) {
            noClasses()
                    .that()
                    .resideInAPackage(pure)
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(Thread.class, "sleep", long.class)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(Clock.class)
                    .allowEmptyShould(true)
                    .check(KILTER);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Utils", "Util", "Manager", "Helper"})
    void noClassIsNamedForNothing(String suffix) {
        classes()
                .that()
                .resideInAPackage("dev.kilter..")
                .should()
                .haveSimpleNameNotEndingWith(suffix)
                .check(KILTER);
    }

    @Test
    void everyPackageSaysWhatLivesThere() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            Set<Path> silent = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("src/main/java"))
                    .map(Path::getParent)
                    .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(silent).isEmpty();
        }
    }

    @Test
    void everyModuleIsSeen() {
        for (String module :
                List.of(CORE, PLANNER, PROTOCOL, NETWORK, API, RUNTIME, GATEWAY, AUTOSCALER, OPERATOR, CLI)) {
            assertThat(KILTER.stream().anyMatch(resideInAPackage(module)))
                    .as("classes in %s", module)
                    .isTrue();
        }
    }

    private static void only(String from, String... allowed) {
        classes()
                .that()
                .resideInAPackage(from)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed)
                .check(KILTER);
    }

    private static void never(String from, String... to) {
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to)
                .allowEmptyShould(true)
                .check(KILTER);
    }

    /** {@code CustomResource} lives among the client's classes, and is the model's base nevertheless. */
    private static final class NotACustomResource extends com.tngtech.archunit.base.DescribedPredicate<JavaClass> {
        NotACustomResource() {
            super("no base of a custom resource");
        }

        @Override
        public boolean test(JavaClass type) {
            return !type.getName().equals("io.fabric8.kubernetes.client.CustomResource");
        }
    }
}

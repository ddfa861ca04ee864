package dev.kilter.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.Toleration;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The classes that are shipped, against nodes as each environment labels them. */
class ShippedClassesTest {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    /** GPU memory in MiB, as nvidia-smi tells it, and whether bf16 is computed (from compute capability 8.0 on). */
    private static final Map<String, Facts> GPUS = Map.of(
            "t4", new Facts(15360, false),
            "l4", new Facts(23034, true),
            "a100-mig-1g.5gb", new Facts(4864, true),
            "a100-40gb", new Facts(40960, true),
            "a100-80gb", new Facts(81920, true),
            "h100", new Facts(81559, true));

    private record Facts(int mebibytes, boolean bf16) {}

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gpu-operator  | t4              | nvidia.com/gpu.present=true nvidia.com/gpu.product=Tesla-T4 nvidia.com/gpu.memory=15360
            gpu-operator  | l4              | nvidia.com/gpu.present=true nvidia.com/gpu.product=NVIDIA-L4 nvidia.com/gpu.memory=23034
            gpu-operator  | a100-40gb       | nvidia.com/gpu.present=true nvidia.com/gpu.product=NVIDIA-A100-SXM4-40GB nvidia.com/mig.strategy=single
            gpu-operator  | a100-40gb       | nvidia.com/gpu.present=true nvidia.com/gpu.product=A100-SXM4-40GB nvidia.com/gpu.memory=39538
            gpu-operator  | a100-80gb       | nvidia.com/gpu.present=true nvidia.com/gpu.product=NVIDIA-A100-80GB-PCIe
            gpu-operator  | a100-mig-1g.5gb | nvidia.com/gpu.present=true nvidia.com/gpu.product=A100-SXM4-40GB-MIG-1g.5gb nvidia.com/mig.strategy=single
            gpu-operator  | h100            | nvidia.com/gpu.present=true nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM3
            gpu-operator  |                 | nvidia.com/gpu.present=true nvidia.com/gpu.product=Tesla-T4-SHARED
            gpu-operator  |                 | nvidia.com/gpu.present=true nvidia.com/gpu.product=NVIDIA-A100-SXM4-80GB-MIG-3g.40gb
            gpu-operator  | cpu-x86         | kubernetes.io/os=linux
            gke           | t4              | cloud.google.com/gke-accelerator=nvidia-tesla-t4 cloud.google.com/gke-accelerator-count=1
            gke           | l4              | cloud.google.com/gke-accelerator=nvidia-l4
            gke           | a100-40gb       | cloud.google.com/gke-accelerator=nvidia-tesla-a100
            gke           | a100-80gb       | cloud.google.com/gke-accelerator=nvidia-a100-80gb
            gke           | h100            | cloud.google.com/gke-accelerator=nvidia-h100-mega-80gb
            gke           |                 | cloud.google.com/gke-accelerator=nvidia-tesla-a100 cloud.google.com/gke-gpu-partition-size=1g.5gb
            gke           | cpu-arm64       | kubernetes.io/arch=arm64
            eks-karpenter | t4              | karpenter.k8s.aws/instance-gpu-name=t4 karpenter.k8s.aws/instance-gpu-memory=16384
            eks-karpenter | l4              | karpenter.k8s.aws/instance-gpu-name=l4 karpenter.k8s.aws/instance-gpu-memory=22888
            eks-karpenter | a100-40gb       | karpenter.k8s.aws/instance-gpu-name=a100 karpenter.k8s.aws/instance-gpu-memory=40960
            eks-karpenter | a100-80gb       | karpenter.k8s.aws/instance-gpu-name=a100 karpenter.k8s.aws/instance-gpu-memory=81920
            eks-karpenter | h100            | karpenter.k8s.aws/instance-gpu-name=h100 karpenter.k8s.aws/instance-gpu-memory=81920
            eks-karpenter |                 | kubernetes.io/arch=arm64 karpenter.k8s.aws/instance-gpu-name=t4g
            eks-karpenter | cpu-arm64       | kubernetes.io/arch=arm64 node.kubernetes.io/instance-type=m7g.xlarge
            eks           | t4              | nvidia.com/gpu.present=true node.kubernetes.io/instance-type=g4dn.xlarge
            eks           | l4              | nvidia.com/gpu.present=true node.kubernetes.io/instance-type=g6.2xlarge
            eks           | a100-40gb       | nvidia.com/gpu.present=true node.kubernetes.io/instance-type=p4d.24xlarge
            eks           | a100-80gb       | nvidia.com/gpu.present=true node.kubernetes.io/instance-type=p4de.24xlarge
            eks           | h100            | nvidia.com/gpu.present=true node.kubernetes.io/instance-type=p5.48xlarge
            eks           | cpu-x86         | node.kubernetes.io/instance-type=m7i.xlarge
            aks           | t4              | kubernetes.azure.com/accelerator=nvidia node.kubernetes.io/instance-type=Standard_NC4as_T4_v3
            aks           | a100-40gb       | kubernetes.azure.com/accelerator=nvidia node.kubernetes.io/instance-type=Standard_ND96asr_v4
            aks           | a100-80gb       | kubernetes.azure.com/accelerator=nvidia node.kubernetes.io/instance-type=Standard_NC24ads_A100_v4
            aks           | h100            | kubernetes.azure.com/accelerator=nvidia node.kubernetes.io/instance-type=Standard_ND96isr_H100_v5
            aks           | cpu-x86         | node.kubernetes.io/instance-type=Standard_D4s_v5
            """)
    void aNodeBelongsToTheClassOfItsHardwareAndToNoOther(String environment, String expected, String labels)
            throws IOException {
        List<AcceleratorClass> classes = classes(environment);
        Set<String> without = NodeMatch.withoutNodes(classes, List.of(node(labels)));
        assertThat(classes.stream().map(each -> each.getMetadata().getName()).filter(name -> !without.contains(name)))
                .containsExactlyElementsOf(expected == null ? List.of() : List.of(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu-operator", "gke", "eks-karpenter", "eks", "aks"})
    void eachClassTakesAndComputesWhatItsHardwareHas(String environment) throws IOException {
        List<AcceleratorClass> classes = classes(environment);
        assertThat(classes)
                .extracting(each -> each.getMetadata().getName())
                .contains("cpu-x86", "cpu-arm64", "t4", "a100-40gb", "a100-80gb", "h100");
        for (AcceleratorClass each : classes) {
            String name = each.getMetadata().getName();
            assertThat(each.getSpec().cost()).as(name).isNotNull();
            if (name.startsWith("cpu-")) {
                assertThat(each.getSpec().perReplica().resources()).as(name).containsOnlyKeys("cpu", "memory");
                assertThat(each.getSpec().runtime().provider()).isEqualTo("CPU");
                continue;
            }
            Facts facts = GPUS.get(name);
            assertThat(each.getSpec().perReplica().resources().get("nvidia.com/gpu"))
                    .as(name)
                    .isEqualTo(new Quantity("1"));
            assertThat(each.getSpec()
                            .capabilities()
                            .memory()
                            .getNumericalAmount()
                            .longValue())
                    .as(name)
                    .isEqualTo(facts.mebibytes() * 1024L * 1024);
            assertThat(each.getSpec().capabilities().precisions().contains("bf16"))
                    .as(name)
                    .isEqualTo(facts.bf16());
            assertThat(each.getSpec().tolerations())
                    .as(name)
                    .extracting(Toleration::key)
                    .contains("nvidia.com/gpu");
        }
    }

    private static List<AcceleratorClass> classes(String environment) throws IOException {
        String text = Files.readString(Path.of("..", "examples", "accelerator-classes", environment + ".yaml"));
        return Stream.of(text.split("(?m)^---$"))
                .map(each -> YAML.unmarshal(each, AcceleratorClass.class))
                .toList();
    }

    /** On amd64 unless it says otherwise. */
    private static Node node(String labels) {
        Map<String, String> all = new LinkedHashMap<>(Map.of("kubernetes.io/arch", "amd64"));
        Arrays.stream(labels.split(" ")).map(label -> label.split("=")).forEach(label -> all.put(label[0], label[1]));
        return new NodeBuilder()
                .withNewMetadata()
                .withName("node")
                .withLabels(all)
                .endMetadata()
                .build();
    }
}

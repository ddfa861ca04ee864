package dev.kilter.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.jse.JsePlatform;

/** What Argo CD makes of an InferenceDeployment by the rule of docs/gitops, run as Argo CD runs it. */
final class ArgoHealth {

    private static final Path RULE = Path.of("../docs/gitops/argocd-health.lua");
    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    private ArgoHealth() {}

    static String of(InferenceDeployment resource) {
        Globals globals = JsePlatform.standardGlobals();
        globals.set("obj", lua(JSON.convertValue(resource, JsonNode.class)));
        try {
            LuaValue health = globals.load(Files.readString(RULE)).call();
            return health.get("status").checkjstring();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LuaValue lua(JsonNode node) {
        if (node.isObject()) {
            LuaTable table = new LuaTable();
            node.properties().forEach(member -> table.set(member.getKey(), lua(member.getValue())));
            return table;
        }
        if (node.isArray()) {
            LuaTable table = new LuaTable();
            for (int i = 0; i < node.size(); i++) {
                table.set(i + 1, lua(node.get(i)));
            }
            return table;
        }
        if (node.isNumber()) {
            return LuaValue.valueOf(node.doubleValue());
        }
        if (node.isBoolean()) {
            return LuaValue.valueOf(node.booleanValue());
        }
        return node.isNull() ? LuaValue.NIL : LuaValue.valueOf(node.asText());
    }
}

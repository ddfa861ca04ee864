-- How Argo CD reads an InferenceDeployment. It goes into argocd-cm, under
-- resource.customizations.health.serving.kilter.dev_InferenceDeployment.
local hs = {status = "Progressing", message = "not looked at yet"}
local status = obj.status
if status == nil or status.conditions == nil or status.observedGeneration ~= obj.metadata.generation then
  return hs
end
local found = {}
for _, condition in ipairs(status.conditions) do
  found[condition.type] = condition
end
local function is(type, value)
  return found[type] ~= nil and found[type].status == value
end
if is("Stalled", "True") then
  hs.status, hs.message = "Degraded", found.Stalled.message
elseif found.Ready ~= nil and found.Ready.reason == "Paused" then
  hs.status, hs.message = "Suspended", found.Ready.message
elseif is("Reconciling", "True") then
  hs.message = found.Reconciling.message
elseif is("Ready", "True") then
  hs.status, hs.message = "Healthy", found.Ready.message
elseif found.Ready ~= nil then
  hs.message = found.Ready.message
end
return hs

{{/* "true" if one of the Prometheus operator's kinds is to be made; context: dict "root" $ "create" never|whenAvailable|always "kind" KIND. */}}
{{- define "kilter.monitors" -}}
{{- if eq .create "always" -}}
true
{{- else if and (eq .create "whenAvailable") (.root.Capabilities.APIVersions.Has (printf "monitoring.coreos.com/v1/%s" .kind)) -}}
true
{{- end -}}
{{- end -}}

{{/* The labels of one of the two processes; context: dict "root" $ "component" NAME. */}}
{{- define "kilter.labels" -}}
{{ include "kilter.selector" . }}
app.kubernetes.io/part-of: kilter
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
{{- end -}}

{{- define "kilter.selector" -}}
app.kubernetes.io/name: kilter-{{ .component }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "kilter.image" -}}
{{ .root.Values.image.registry }}/kilter-{{ .component }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end -}}

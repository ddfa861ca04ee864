{{/* Binds a process to its ClusterRole, in all namespaces or in those named, and to the leases of its own. */}}
{{- define "kilter.bindings" -}}
{{- $subject := printf "{kind: ServiceAccount, name: kilter-%s, namespace: %s}" .component .root.Release.Namespace -}}
{{- $labels := include "kilter.labels" . -}}
{{- $component := .component -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: kilter-{{ .component }}-leases
  namespace: {{ .root.Release.Namespace }}
  labels: {{- $labels | nindent 4 }}
rules:
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get, create, patch{{ if eq .component "operator" }}, update{{ end }}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: kilter-{{ .component }}-leases
  namespace: {{ .root.Release.Namespace }}
  labels: {{- $labels | nindent 4 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: kilter-{{ .component }}-leases}
subjects:
- {{ $subject }}
{{- range .root.Values.namespaces }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: kilter-{{ $component }}
  namespace: {{ . }}
  labels: {{- $labels | nindent 4 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kilter-{{ $component }}}
subjects:
- {{ $subject }}
{{- else }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: kilter-{{ .component }}
  labels: {{- $labels | nindent 4 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kilter-{{ .component }}}
subjects:
- {{ $subject }}
{{- end }}
{{- end -}}

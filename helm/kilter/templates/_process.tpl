{{/* All that runs one of the two processes; context: dict "root" $ "component" NAME "env" YAML. */}}
{{- define "kilter.process" -}}
{{- $values := index .root.Values .component -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: kilter-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "kilter.labels" . | nindent 4 }}
automountServiceAccountToken: false
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: kilter-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "kilter.labels" . | nindent 4 }}
spec:
  replicas: {{ $values.replicas }}
  selector:
    matchLabels: {{- include "kilter.selector" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "kilter.labels" . | nindent 8 }}
    spec:
      serviceAccountName: kilter-{{ .component }}
      automountServiceAccountToken: true
      enableServiceLinks: false
      {{- with .root.Values.image.pullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 6 }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        runAsGroup: 65532
        seccompProfile: {type: RuntimeDefault}
      {{- with $values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations: {{- toYaml . | nindent 6 }}
      {{- end }}
      {{- with $values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- if gt (int $values.replicas) 1 }}
      # The one that leads and those that stand by do not go with one node, nor with one zone. Zones are no second
      # constraint: the scheduler counts no node that lacks the label of any.
      topologySpreadConstraints:
      - topologyKey: kubernetes.io/hostname
        maxSkew: 1
        whenUnsatisfiable: ScheduleAnyway
        labelSelector:
          matchLabels: {{- include "kilter.selector" $ | nindent 12 }}
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 100
            podAffinityTerm:
              topologyKey: topology.kubernetes.io/zone
              labelSelector:
                matchLabels: {{- include "kilter.selector" $ | nindent 18 }}
      {{- end }}
      containers:
      - name: {{ .component }}
        image: {{ include "kilter.image" . }}
        {{- with .root.Values.image.pullPolicy }}
        imagePullPolicy: {{ . }}
        {{- end }}
        env:
        - name: KILTER_NAMESPACE
          valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
        - name: KILTER_NAMESPACES
          value: {{ join "," .root.Values.namespaces | quote }}
        {{- with .env }}
        {{- . | nindent 8 }}
        {{- end }}
        ports:
        - {name: http, containerPort: 8080, protocol: TCP}
        startupProbe:
          httpGet: {path: /healthz, port: http}
          periodSeconds: 2
          failureThreshold: 60
        readinessProbe:
          httpGet: {path: /healthz, port: http}
          periodSeconds: 5
        livenessProbe:
          httpGet: {path: /healthz, port: http}
          periodSeconds: 10
          timeoutSeconds: 5
          failureThreshold: 6
        resources: {{- toYaml $values.resources | nindent 10 }}
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities: {drop: [ALL]}
        volumeMounts:
        - {name: tmp, mountPath: /tmp}
      volumes:
      - {name: tmp, emptyDir: {}}
{{- if gt (int $values.replicas) 1 }}
---
# A drain takes one after the other.
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: kilter-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "kilter.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "kilter.selector" . | nindent 6 }}
{{- end }}
{{- end -}}

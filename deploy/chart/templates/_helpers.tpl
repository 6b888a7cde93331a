{{/* Names, labels and the parts that every pod shares. */}}

{{- define "stamcelwijzer.labels" -}}
app.kubernetes.io/name: stamcelwijzer
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* What selects the pods of one process: (dict "root" $ "name" "chat") */}}
{{- define "stamcelwijzer.selector" -}}
app.kubernetes.io/name: stamcelwijzer
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{- define "stamcelwijzer.name" -}}
{{ .root.Release.Name }}-{{ .name }}
{{- end }}

{{/* Environment of every process: addresses of each other, secrets, then what the hospital set. */}}
{{- define "stamcelwijzer.environment" -}}
{{- $own := dict
  "CHAT_HOST" "0.0.0.0"
  "CHAT_URL" (printf "http://%s-chat:5005" .Release.Name)
  "ACTIONS_HOST" "0.0.0.0"
  "ACTIONS_URL" (printf "http://%s-actions:5055" .Release.Name)
  "MODELS_HOST" "0.0.0.0"
  "MODELS_URL" (printf "http://%s-models:5056" .Release.Name)
  "SITE_HOST" "0.0.0.0"
  "DESK_HOST" "0.0.0.0"
  "METRICS_HOST" "0.0.0.0"
}}
{{- range $key, $value := merge (deepCopy .Values.settings) $own }}
- name: STAMCELWIJZER_{{ $key }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* The port on which a process tells its figures; docs/operations.md has the order. */}}
{{- define "stamcelwijzer.metricsPort" -}}
{{- index (dict "site" 9460 "desk" 9461 "worker" 9462 "actions" 9463 "models" 9464 "chat" 9465) . -}}
{{- end }}

{{/* Who may read the figures of a process, on their own port only: (dict "from" (list ...) "name" "chat") */}}
{{- define "stamcelwijzer.figures" -}}
{{- if .from -}}
- from: {{- toYaml .from | nindent 4 }}
  ports:
    - {protocol: TCP, port: {{ include "stamcelwijzer.metricsPort" .name }}}
{{- end }}
{{- end }}

{{/* A whole pod: (dict "root" $ "name" "chat" "command" (list ...) "port" 5005 "path" "/health") */}}
{{- define "stamcelwijzer.pod" -}}
metadata:
  labels:
    {{- include "stamcelwijzer.selector" . | nindent 4 }}
    app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  {{- if ne .name "prepare" }}
  annotations:
    prometheus.io/scrape: "true"
    prometheus.io/port: {{ include "stamcelwijzer.metricsPort" .name | quote }}
  {{- end }}
spec:
  automountServiceAccountToken: false
  # A release named stamcelwijzer would else get STAMCELWIJZER_SITE_PORT and others like it, as addresses.
  enableServiceLinks: false
  terminationGracePeriodSeconds: 60
  {{- if .restartPolicy }}
  restartPolicy: {{ .restartPolicy }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile: {type: RuntimeDefault}
  {{- if .port }}
  # Spread over machines: one of them may go.
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "stamcelwijzer.selector" . | nindent 10 }}
  {{- end }}
  containers:
    - name: {{ .name }}
      image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}"
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: {{ .command | toJson }}
      envFrom:
        - secretRef: {name: {{ .root.Values.secretName | quote }}}
          prefix: STAMCELWIJZER_
      env:
        {{- include "stamcelwijzer.environment" .root | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
      resources: {{ index .root.Values.resources .name | toJson }}
      {{- if ne .name "prepare" }}
      ports:
        {{- if .port }}
        - {name: http, containerPort: {{ .port }}}
        {{- end }}
        - {name: metrics, containerPort: {{ include "stamcelwijzer.metricsPort" .name }}}
      {{- end }}
      {{- if .port }}
      startupProbe:
        httpGet: {path: {{ .path }}, port: http}
        periodSeconds: 5
        failureThreshold: 60
      readinessProbe:
        httpGet: {path: {{ .path }}, port: http}
        periodSeconds: 5
        timeoutSeconds: 5
      livenessProbe:
        # Alive is who takes a connection: a database that is away does not come back by starting a site again.
        tcpSocket: {port: http}
        periodSeconds: 10
        timeoutSeconds: 5
      lifecycle:
        # Time for the balancer to notice, before the process stops taking requests.
        preStop: {exec: {command: ["sleep", "5"]}}
      {{- end }}
      volumeMounts:
        - {name: var, mountPath: /var/lib/stamcelwijzer}
        - {name: tmp, mountPath: /tmp}
  volumes:
    - name: var
      emptyDir: {sizeLimit: 512Mi}
    - name: tmp
      emptyDir: {sizeLimit: 1Gi}
{{- end }}

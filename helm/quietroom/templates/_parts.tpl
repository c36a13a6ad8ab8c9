{{/* What every template repeats: names, labels, and what a restricted pod is held to. */}}

{{- define "quietroom.name" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels of one part: dict "root" . "part" "practice". */}}
{{- define "quietroom.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end -}}

{{- define "quietroom.labels" -}}
{{ include "quietroom.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "quietroom.image" -}}
{{ .repository }}@{{ .digest }}
{{- end -}}

{{/* A pod as the "restricted" Pod Security Standard wants it. */}}
{{- define "quietroom.podSecurity" -}}
runAsNonRoot: true
runAsGroup: 10000
fsGroup: 10000
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* One container of it; the argument is its user. */}}
{{- define "quietroom.containerSecurity" -}}
runAsUser: {{ . }}
runAsNonRoot: true
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
privileged: false
capabilities:
  drop: ["ALL"]
{{- end -}}

{{- define "quietroom.pullSecrets" -}}
{{- with .Values.images.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The way to serving ends in this host name. */}}
{{- define "quietroom.servingHost" -}}
{{ include "quietroom.name" . }}-serving.{{ .Release.Namespace }}.svc
{{- end -}}

/** What an empty document may become, as Monaco's snippets: `${1:web}` is where the typing begins. */
export const templates = {
  pod: `apiVersion: v1
kind: Pod
metadata:
  name: \${1:web}
  labels:
    app: \${1:web}
spec:
  containers:
  - name: \${1:web}
    image: \${2:nginx}
    ports:
    - containerPort: 80
`,
  deployment: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: \${1:web}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: \${1:web}
  template:
    metadata:
      labels:
        app: \${1:web}
    spec:
      containers:
      - name: \${1:web}
        image: \${2:nginx}
        ports:
        - containerPort: 80
`,
  service: `apiVersion: v1
kind: Service
metadata:
  name: \${1:web}
spec:
  selector:
    app: \${1:web}
  ports:
  - port: 80
    targetPort: 80
`,
  configMap: `apiVersion: v1
kind: ConfigMap
metadata:
  name: \${1:settings}
data:
  \${2:key}: \${3:value}
`,
  job: `apiVersion: batch/v1
kind: Job
metadata:
  name: \${1:once}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: \${1:once}
        image: \${2:busybox}
        command: [sh, -c, "\${3:echo done}"]
`,
}

export type TemplateName = keyof typeof templates

/** The kind that a template makes: its label. */
export const templateKinds: Record<TemplateName, string> = {
  pod: 'Pod',
  deployment: 'Deployment',
  service: 'Service',
  configMap: 'ConfigMap',
  job: 'Job',
}

/** The text of a template as it stands when nobody changes anything. */
export function templateText(name: TemplateName): string {
  return templates[name].replaceAll(/\$\{\d:([^}]*)\}/g, '$1')
}

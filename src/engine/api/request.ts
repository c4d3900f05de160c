import type { KubeObject, Status, Table } from './types.ts'

/** Who asks. */
export interface UserInfo {
  name: string
  groups: readonly string[]
  uid?: string
  extra?: Record<string, string[]>
}

/** Whom a request asks to be taken for (the headers Impersonate-User, -Group, -Uid, -Extra-). */
export interface Impersonation {
  name: string
  groups?: readonly string[]
  uid?: string
  extra?: Record<string, string[]>
}

/** Kubernetes' request verbs (apiserver/pkg/endpoints/request, RequestInfo). */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection' | 'connect'

export type PatchType =
  | 'application/json-patch+json'
  | 'application/merge-patch+json'
  | 'application/strategic-merge-patch+json'
  | 'application/apply-patch+yaml'

/**
 * A request as the front door takes it. `path` is a REST path with an optional query string
 * ("/api/v1/namespaces/default/pods/web/status?dryRun=All"); it and `query` are merged.
 */
export interface Request {
  verb: Verb | 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  query?: Readonly<Record<string, string>>
  body?: unknown
  /** Content type of a patch; JSON otherwise. */
  contentType?: PatchType | string
  /** Who asks, as a client certificate says it. Left out: the administrator inside the engine, nobody at the API server. */
  user?: UserInfo
  /** A bearer token: a service account's, from its subresource `token`. */
  token?: string
  /** A client certificate that the cluster's authority has signed: PEM, or base64 of it, as a kubeconfig holds it. */
  certificate?: string
  as?: Impersonation
  /** 'table' asks for meta.k8s.io/v1 Table, 'discovery' for all of /apis in one list (apidiscovery.k8s.io/v2); the header Accept of HTTP says the same. */
  accept?: 'json' | 'table' | 'discovery' | (string & {})
  /** What HTTP's headers say, and the server could not do; it refuses when it knows who asks. */
  unfit?: Status
}

export interface Response {
  code: number
  /** An object, a list ({kind: 'PodList', items, metadata}), a Table, a Status, or text (logs). */
  body: KubeObject | Status | Table | ObjectList | string
  /** Of text that is not the server's own; JSON and logs have theirs. */
  contentType?: string
  /** Of a redirection. */
  location?: string
  /** Warning headers, as kubectl prints after "Warning: ". */
  warnings?: readonly string[]
}

export interface ObjectList<T = KubeObject> {
  kind: string
  apiVersion: string
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number }
  items: T[]
}

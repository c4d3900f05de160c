/**
 * The engine is one synchronous program, but a page need not have all of it before the first step. What may come later is a
 * *part*: the one who needs it asks for it here, and gets it or throws `PartMissing`. Whoever hosts the engine brings the part and
 * makes the film again up to where it was, as for a fork; the trace is the same whenever a part has come (src/worker/host.ts).
 *
 * src/engine/index.ts and src/kubectl/index.ts bring everything at once: in Node nothing is ever missing.
 */
export type PartName =
  /** Whoever works in a cluster: scheduler, controllers, kubelets with their runtime, network. */
  | 'components'
  /** What runs inside containers: their shell, common tools, nginx. */
  | 'userland'
  /** What objects have to be to be stored, kinds other than Pod, patches and server-side apply, rights, the tables of `kubectl get`. */
  | 'kinds'
  /** Commands of kubectl that most films ask for; `apply` needs none of it. */
  | 'kubectl'
  /** What few films begin with: other servers, tools and interpreters, the rest of kubectl, static pods in files of YAML. */
  | 'rare'
  /** What the API's documentation says of every field: `kubectl explain`. */
  | 'descriptions'
  /** Expressions in CEL: admission policies, and rules of CustomResourceDefinitions. */
  | 'cel'
  /** What a cluster holds that kubeadm has made. */
  | 'kubeadm'

/** What is fetched without being asked for; descriptions, CEL and what kubeadm makes are not. */
export const partNames: readonly PartName[] = ['kinds', 'components', 'userland', 'kubectl', 'rare']

export class PartMissing extends Error {
  readonly part: PartName

  constructor(part: PartName) {
    super(`the part "${part}" of the engine has not been brought: import src/engine/index.ts and src/kubectl/index.ts`)
    this.part = part
  }
}

/** A place that a part fills when it comes. */
export class Part<T> {
  private readonly name: PartName
  private content: T | undefined

  constructor(name: PartName) {
    this.name = name
  }

  bring(content: T): void {
    this.content = content
  }

  get isHere(): boolean {
    return this.content !== undefined
  }

  /** Throws PartMissing before it has come. */
  get(): T {
    if (this.content === undefined) throw new PartMissing(this.name)
    return this.content
  }
}

import type { firstObject } from '../../api/yaml.ts'
import type { Client } from '../../client/client.ts'
import { Part } from '../../part.ts'
import type { FileSystem } from '../../runtime/filesystem.ts'
import { ROOT } from '../../runtime/filesystem/node.ts'
import type { Notes } from '../notes.ts'
import type { Manifest } from './manifest.ts'
import type { StaticPods } from './static-pods.ts'

/** What a file of YAML says: few films have one. */
export const readManifest = new Part<typeof firstObject>('rare')

/** fileCheckFrequency, in virtual ms. */
const checkMs = 20_000
const usualFolder = '/etc/kubernetes/manifests'

/** The folder of a node in which the kubelet looks for static pods (staticPodPath); whoever can write there has pods run. */
export class ManifestFolder {
  private readonly client: Client
  private readonly notes: Notes
  private readonly statics: StaticPods
  private readonly files: () => FileSystem
  /** File -> what it said when it was read last. */
  private readonly known = new Map<string, string>()
  private looks = false
  /** staticPodPath; undefined: it does not look. */
  private folder: string | undefined = usualFolder

  constructor(client: Client, notes: Notes, statics: StaticPods, files: () => FileSystem) {
    this.client = client
    this.notes = notes
    this.statics = statics
    this.files = files
  }

  /** The kubelet begins with another configuration. */
  setFolder(path: string | undefined): void {
    const folder = path === undefined || path === '' ? undefined : path.replace(/(?<=.)\/+$/, '')
    if (folder === this.folder) return
    this.folder = folder
    this.look()
  }

  /** What lay on the node before anybody looked, path -> text; the pods of its manifests run already. */
  furnish(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      this.files().writeText(path, text)
      if (path.startsWith(`${usualFolder}/`)) this.known.set(path.slice(usualFolder.length + 1), text)
    }
  }

  /** An administrator writes a file, or takes it away. */
  set(manifest: Manifest, present: boolean): void {
    this.client.later(0, () => (present ? this.statics.put(manifest) : this.statics.remove(manifest.file)))
    const path = `${usualFolder}/${manifest.file}`
    const text = `${JSON.stringify(manifest.pod, null, 2)}\n`
    if (present) {
      this.known.set(manifest.file, text)
      this.files().writeText(path, text)
    } else {
      this.known.delete(manifest.file)
      if (this.files().exists(path)) this.files().remove(path)
    }
  }

  /** Somebody has changed something on the node: what is different here is read once that is done. */
  look(): void {
    if (this.looks) return
    this.looks = true
    this.client.later(0, () => {
      this.looks = false
      this.compare()
    })
  }

  /** What cannot be read changes nothing at once; at the next look at the whole folder it is as if it were not there (config/file.go listConfig). */
  private dropLater(file: string, text: string): void {
    const { client } = this
    client.later(checkMs - (client.kernel.now % checkMs), () => {
      if (this.known.get(file) === text) this.statics.remove(file)
    })
  }

  private compare(): void {
    // Files whose names begin with a dot are passed over (pkg/kubelet/config/file_linux.go).
    const { folder } = this
    const there = folder !== undefined && this.files().stat(folder)?.type === 'directory' ? this.files().readDirectory(folder, { cwd: '/', who: ROOT }).filter((file) => !file.startsWith('.')) : []
    for (const file of this.known.keys()) {
      if (there.includes(file)) continue
      this.known.delete(file)
      this.statics.remove(file)
    }
    for (const file of there) {
      const text = this.files().readText(`${folder}/${file}`)
      if (text === undefined || text === this.known.get(file)) continue
      this.known.set(file, text)
      if (text.trim() === '') continue
      const pod = readManifest.get()(text)
      if (typeof pod === 'string') this.notes.manifestRefused(file, `couldn't parse as pod: ${pod}`)
      if (typeof pod === 'string' || this.statics.put({ file, pod }) !== undefined) this.dropLater(file, text)
    }
  }
}

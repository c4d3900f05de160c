import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pod } from '../../engine/api/types.ts'
import { Explain } from '../shared/words/Glossary.tsx'
import { Files, ProcessTree } from './ContainerColumn.tsx'
import type { Inside, InsideVolume } from './inside.ts'
import { MountedFiles } from './MountedFiles.tsx'
import styles from './pod.module.css'

/** What all containers of the pod see alike: bands that run under all of them. */
export function Shared({ pod, inside }: { pod: Pod; inside: Inside }): ReactElement {
  const { t } = useTranslation('pod')
  const { sandbox, network, ipc, pid, listening } = inside
  return (
    <div className={styles.shared}>
      <h3>{t('sharedTitle')}</h3>
      <Band name={t('network')} word="network namespace" whose={network}>
        <code>{sandbox === undefined ? t('noAddress') : sandbox.ip || pod.status.hostIP || t('nodeAddress')}</code>
        {listening.map(({ port, container }) => (
          <span key={`${port}/${container}`} className={styles.chip}>
            <b>:{port}</b> {container}
          </span>
        ))}
        <small>{t(network === 'node' ? 'networkNode' : 'networkPod')}</small>
      </Band>
      <Band name={t('ipc')} word="IPC namespace" whose={ipc} half>
        <small>{t(ipc === 'node' ? 'ipcNode' : 'ipcPod')}</small>
      </Band>
      <Band name={t('uts')} word="UTS namespace" whose={network} half>
        <code>{inside.hostname}</code>
        <small>{t('utsPod')}</small>
      </Band>
      {pid === 'container' ? (
        <Band name={t('pid')} word="PID namespace" whose="container">
          <small>{t('pidOwn')}</small>
        </Band>
      ) : (
        <Band name={t('pid')} word="PID namespace" whose={pid}>
          <small>{t(pid === 'node' ? 'pidNode' : 'pidPod')}</small>
          {inside.containers.map(({ view, processes }) => (
            <div key={view.name} className={styles.sharedTree}>
              <span className={styles.chip}>{view.name}</span>
              <ProcessTree processes={processes} />
            </div>
          ))}
        </Band>
      )}
      {inside.volumes.map((volume) => (
        <Volume key={volume.name} volume={volume} />
      ))}
    </div>
  )
}

function Band({
  name,
  word,
  whose,
  half,
  children,
}: {
  name: string
  word: string
  /** Two of them stand side by side. */
  half?: boolean
  whose: 'node' | 'pod' | 'container'
  children: ReactNode
}): ReactElement {
  return (
    <div className={styles.band} data-whose={whose} data-half={half}>
      <h4>
        <Explain word={word}>{name}</Explain>
      </h4>
      <div>{children}</div>
    </div>
  )
}

/** A directory that those containers share that mount it; nobody shares a volume by himself. */
function Volume({ volume: { name, kind, source, mounts, files, mounted } }: { volume: InsideVolume }): ReactElement {
  const { t } = useTranslation('pod')
  return (
    <div className={styles.band} data-whose={mounts.length > 1 ? 'pod' : 'container'}>
      <h4 title={name}>
        <Explain word={kind}>{kind}</Explain>
        <span>{name.startsWith('kube-api-access-') ? 'kube-api-access' : name}</span>
      </h4>
      <div>
        {source !== undefined && <code className={styles.source}>{source}</code>}
        {mounts.length === 0 && <small>{t('notMounted')}</small>}
        {mounts.map(({ container, path, readOnly }) => (
          <span key={`${container}${path}`} className={styles.chip} title={path}>
            {container} <code>{path}</code>
            {readOnly && <i>{t('readOnly')}</i>}
          </span>
        ))}
        {mounted.length > 0 && <MountedFiles files={mounted} />}
        {files.length > 0 && <Files files={files} empty="" />}
      </div>
    </div>
  )
}

import type { Text } from '../engine/scenario.ts'

/** A kind of challenge, with its levels in the order in which they become harder. */
export interface LevelGroup {
  id: 'operate' | 'fix' | 'improve' | 'predict' | 'administer'
  title: Text
  levels: readonly string[]
}

/** The table of contents of src/scenarios/levels. A name that has been in a release stays for ever, because progress and links carry it. */
export const levelGroups: readonly LevelGroup[] = [
  {
    id: 'operate',
    title: { en: 'Operate', zh: '操作' },
    levels: ['level-first-pod', 'level-scale', 'level-label', 'level-drain', 'level-rollback', 'level-touch-ready'],
  },
  {
    id: 'fix',
    title: { en: 'Fix', zh: '修复' },
    levels: [
      'level-image-tag',
      'level-node-selector',
      'level-too-large',
      'level-crash',
      'level-missing-config',
      'level-never-ready',
      'level-silent-service',
      'level-tainted',
      'level-quota',
      'level-claim',
      'level-forbidden',
      'level-stuck-namespace',
    ],
  },
  {
    id: 'improve',
    title: { en: 'Improve', zh: '改进' },
    levels: ['level-guaranteed', 'level-budget', 'level-slow-end', 'level-surge', 'level-network-policy'],
  },
  {
    id: 'predict',
    title: { en: 'Predict', zh: '预测' },
    levels: ['level-predict-grace', 'level-predict-liveness', 'level-predict-node', 'level-predict-replica'],
  },
  {
    id: 'administer',
    title: { en: 'Mend the cluster', zh: '修集群' },
    levels: ['level-kubelet', 'level-scheduler', 'level-controller-manager', 'level-api-server', 'level-proxy', 'level-names', 'level-restore'],
  },
]

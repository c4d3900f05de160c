import { maxNodeScore } from '../framework/plugin.ts'

/** helper.DefaultNormalizeScore: the greatest becomes 100; `reverse` turns the order round. */
export function defaultNormalize(scores: Int32Array, reverse: boolean): void {
  let most = 0
  for (const score of scores) if (score > most) most = score
  for (let i = 0; i < scores.length; i++) {
    const share = most === 0 ? 0 : Math.trunc((maxNodeScore * scores[i]!) / most)
    scores[i] = reverse ? maxNodeScore - share : share
  }
}

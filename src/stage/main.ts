import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './shared/ui/tokens.css'
import './shared/ui/base.css'
import { chosenLanguage, fetchBundle } from '../i18n/bundles.ts'
import { startEngine } from '../worker/start.ts'
import { earlySettings, hasLink, pairOf } from './shared/address.ts'

/*
 * The first thing that runs: it is small and starts at once what would else be asked for one after another - the engine, which has parts
 * of its own to fetch, the page, its words, the graph, the film of a link. What cannot be had is asked for again, and missed, by who needs it.
 */
const { hash } = location
const pair = pairOf(hash)
const wanted = [() => fetchBundle(chosenLanguage(earlySettings(hash).lang)), ...(pair === undefined ? [() => import('./cluster/ClusterView.tsx')] : []), ...(hasLink(hash) ? [() => import('./app/reader.ts')] : [])]
// Letters that come behind the first text would have all of it laid out twice.
for (const family of ['Inter Variable', 'JetBrains Mono Variable']) void document.fonts.load(`1em "${family}"`).catch(() => undefined)
// The second window of a talk has no engine: it hears from the first what is on stage.
const engine = pair === undefined ? startEngine() : undefined
for (const fetch of wanted) fetch().catch(() => undefined)
void import('./page.tsx').then(({ showFilm, showSpeaker }) => (engine === undefined ? showSpeaker(pair!) : showFilm(engine)))

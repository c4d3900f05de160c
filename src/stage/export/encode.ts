/** Moving pictures out of canvases. The encoders are large and come when somebody wants one. */
import type { WebpFrame } from './webp.ts'

export const movingFormats = ['gif', 'webp', 'webm', 'mp4'] as const
export type MovingFormat = (typeof movingFormats)[number]

export interface Encoder {
  /** The canvas as it is now, shown for so long. */
  add(ms: number): Promise<void>
  finish(): Promise<Blob>
  /** Frees what the encoder holds; nothing comes of it. */
  cancel(): Promise<void>
}

/** Which formats this browser can make. */
export async function possibleFormats(): Promise<MovingFormat[]> {
  const { canEncodeVideo } = await import('mediabunny')
  const [vp9, avc] = await Promise.all([canEncodeVideo('vp9'), canEncodeVideo('avc')])
  return ['gif', ...(makesWebp() ? (['webp'] as const) : []), ...(vp9 ? (['webm'] as const) : []), ...(avc ? (['mp4'] as const) : [])]
}

/** A browser that cannot makes a PNG instead. */
function makesWebp(): boolean {
  return document.createElement('canvas').toDataURL('image/webp').startsWith('data:image/webp')
}

export function startEncoder(format: MovingFormat, canvas: HTMLCanvasElement): Promise<Encoder> {
  if (format === 'gif') return startGif(canvas)
  return format === 'webp' ? startWebp(canvas) : startVideo(format, canvas)
}

async function startGif(canvas: HTMLCanvasElement): Promise<Encoder> {
  const { GIFEncoder, applyPalette, quantize } = await import('gifenc')
  const gif = GIFEncoder()
  const { width, height } = canvas
  return {
    add: async (ms) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height)
      const palette = quantize(data, 256)
      gif.writeFrame(applyPalette(data, palette), width, height, { palette, delay: ms })
    },
    finish: async () => {
      gif.finish()
      return new Blob([gif.bytes()], { type: 'image/gif' })
    },
    cancel: async () => gif.reset(),
  }
}

const webpQuality = 0.9

async function startWebp(canvas: HTMLCanvasElement): Promise<Encoder> {
  const { animatedWebp } = await import('./webp.ts')
  const frames: WebpFrame[] = []
  return {
    add: async (ms) => {
      const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/webp', webpQuality))
      if (picture === null) throw new Error('the browser made no picture')
      frames.push({ picture: new Uint8Array(await picture.arrayBuffer()), ms })
    },
    finish: async () => new Blob([animatedWebp(frames, canvas.width, canvas.height)], { type: 'image/webp' }),
    cancel: async () => void frames.splice(0),
  }
}

async function startVideo(format: 'webm' | 'mp4', canvas: HTMLCanvasElement): Promise<Encoder> {
  const { BufferTarget, CanvasSource, Mp4OutputFormat, Output, QUALITY_HIGH, WebMOutputFormat } = await import('mediabunny')
  const target = new BufferTarget()
  const output = new Output({ format: format === 'mp4' ? new Mp4OutputFormat() : new WebMOutputFormat(), target })
  const source = new CanvasSource(canvas, { codec: format === 'mp4' ? 'avc' : 'vp9', bitrate: QUALITY_HIGH })
  output.addVideoTrack(source)
  await output.start()
  let atMs = 0
  return {
    add: async (ms) => {
      await source.add(atMs / 1000, ms / 1000)
      atMs += ms
    },
    finish: async () => {
      await output.finalize()
      return new Blob([target.buffer!], { type: `video/${format}` })
    },
    cancel: () => output.cancel(),
  }
}

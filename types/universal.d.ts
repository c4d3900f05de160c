// What pages, workers and Node have alike, beyond the language itself. tsconfig.engine.json knows nothing else of
// the world around, so that the engine, kubectl, scenarios and links run in all three.

interface TextEncoder {
  encode(text?: string): Uint8Array
}
declare const TextEncoder: { new (): TextEncoder }

interface TextDecoder {
  decode(bytes?: Uint8Array): string
}
declare const TextDecoder: { new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }): TextDecoder }

declare function btoa(binary: string): string
declare function atob(base64: string): string

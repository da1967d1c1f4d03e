// The part of the package that is used here; it brings no types.
declare module 'cli-progress' {
  export class SingleBar {
    constructor(options: {
      format: string
      stream: NodeJS.WriteStream
      barCompleteChar: string
      barIncompleteChar: string
      barsize: number
      hideCursor: boolean
      fps: number
      autopadding: boolean
    })
    start(total: number, value: number, payload: object): void
    update(value: number, payload: object): void
    stop(): void
  }
}

/** What came of driving a server. Latencies are ms. */
export interface Drive {
  readonly rate: number
  readonly p50: number
  readonly p99: number
  readonly requests: number
}

export interface LoadOptions {
  readonly connections: number
  readonly seconds: number
}

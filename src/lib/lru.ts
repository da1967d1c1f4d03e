/**
 * A map that drops the least recently used entries when they weigh more than `capacity` together. It
 * has two generations instead of one list in the order of use: reading from the young one changes
 * nothing, so it costs no more than a map. When the young one weighs half of the capacity, it
 * becomes the old one, and what is left in that is dropped.
 */
export class Lru<K, V> {
  #young = new Map<K, V>()
  #old = new Map<K, V>()
  #weight = 0
  readonly #generation: number
  readonly #weigh: (value: V) => number

  /** @param weigh what an entry weighs, 1 unless told */
  constructor(capacity: number, weigh: (value: V) => number = () => 1) {
    this.#generation = Math.max(1, Math.floor(capacity / 2))
    this.#weigh = weigh
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: K): V | undefined {
    const value = this.#young.get(key)
    if (value !== undefined) return value
    const older = this.#old.get(key)
    if (older !== undefined) {
      this.#old.delete(key)
      this.#put(key, older)
    }
    return older
  }

  set(key: K, value: V): void {
    this.delete(key)
    this.#put(key, value)
  }

  delete(key: K): void {
    const value = this.#young.get(key)
    if (value !== undefined) {
      this.#weight -= this.#weigh(value)
      this.#young.delete(key)
    }
    this.#old.delete(key)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
    this.#weight = 0
  }

  #put(key: K, value: V): void {
    this.#young.set(key, value)
    this.#weight += this.#weigh(value)
    if (this.#weight <= this.#generation) return
    this.#old = this.#young
    this.#young = new Map()
    this.#weight = 0
  }
}

/**
 * Events on a virtual clock, in the order of their time and then of their making. An event is a kind and two numbers: no closures.
 *
 * Events that are made in the order of their time (messages over a channel of constant delay) wait in a ring; the others in a binary heap
 * of slots in typed arrays. O(1) and O(log m) an event.
 */

const FIRST_SIZE = 256

export class EventClock {
  now = 0
  /** The event that `advance` took out. */
  kind = 0
  first = 0
  second = 0
  #made = 0
  // The ring.
  #ringTime = new Float64Array(FIRST_SIZE)
  #ringOrder = new Float64Array(FIRST_SIZE)
  #ringEvent = new Int32Array(3 * FIRST_SIZE)
  #ringHead = 0
  #ringCount = 0
  #ringLast = Number.NEGATIVE_INFINITY
  // The heap: slots by place, and the events by slot.
  #heap = new Int32Array(FIRST_SIZE)
  #heapCount = 0
  #slotTime = new Float64Array(FIRST_SIZE)
  #slotOrder = new Float64Array(FIRST_SIZE)
  #slotEvent = new Int32Array(3 * FIRST_SIZE)
  /** Slots not in use, a stack; slots from `#slots` on were never used. */
  #free: number[] = []
  #slots = 0

  /** For timers, which run long. */
  at(time: number, kind: number, first: number, second: number): void {
    const slot = this.#free.length > 0 ? (this.#free.pop() as number) : this.#newSlot()
    this.#slotTime[slot] = time
    this.#slotOrder[slot] = this.#made++
    this.#slotEvent[3 * slot] = kind
    this.#slotEvent[3 * slot + 1] = first
    this.#slotEvent[3 * slot + 2] = second
    this.#pushSlot(slot, time)
  }

  /** For messages, which mostly come in order. */
  soon(time: number, kind: number, first: number, second: number): void {
    if (this.#ringCount > 0 && time < this.#ringLast) {
      this.at(time, kind, first, second)
      return
    }
    if (this.#ringCount === this.#ringTime.length) this.#growRing()
    const k = (this.#ringHead + this.#ringCount++) & (this.#ringTime.length - 1)
    this.#ringTime[k] = time
    this.#ringOrder[k] = this.#made++
    this.#ringEvent[3 * k] = kind
    this.#ringEvent[3 * k + 1] = first
    this.#ringEvent[3 * k + 2] = second
    this.#ringLast = time
  }

  /** Moves on to the next event; false when there is none. */
  advance(): boolean {
    const top = this.#heapCount > 0 ? (this.#heap[0] as number) : -1
    if (this.#ringCount > 0) {
      const k = this.#ringHead
      const time = this.#ringTime[k] as number
      const byHeap =
        top >= 0 &&
        ((this.#slotTime[top] as number) < time ||
          (this.#slotTime[top] === time && (this.#slotOrder[top] as number) < (this.#ringOrder[k] as number)))
      if (!byHeap) {
        this.now = time
        this.kind = this.#ringEvent[3 * k] as number
        this.first = this.#ringEvent[3 * k + 1] as number
        this.second = this.#ringEvent[3 * k + 2] as number
        this.#ringHead = (k + 1) & (this.#ringTime.length - 1)
        this.#ringCount--
        return true
      }
    } else if (top < 0) return false
    this.now = this.#slotTime[top] as number
    this.kind = this.#slotEvent[3 * top] as number
    this.first = this.#slotEvent[3 * top + 1] as number
    this.second = this.#slotEvent[3 * top + 2] as number
    this.#popSlot()
    this.#free.push(top)
    return true
  }

  #pushSlot(slot: number, time: number): void {
    const heap = this.#heap
    let k = this.#heapCount++
    while (k > 0) {
      const parent = (k - 1) >> 1
      const above = heap[parent] as number
      // A new event is the last one of its time.
      if ((this.#slotTime[above] as number) <= time) break
      heap[k] = above
      k = parent
    }
    heap[k] = slot
  }

  #popSlot(): void {
    const heap = this.#heap
    const times = this.#slotTime
    const orders = this.#slotOrder
    const count = --this.#heapCount
    if (count === 0) return
    const last = heap[count] as number
    const time = times[last] as number
    const order = orders[last] as number
    let k = 0
    for (;;) {
      let child = 2 * k + 1
      if (child >= count) break
      let least = heap[child] as number
      if (child + 1 < count) {
        const right = heap[child + 1] as number
        const earlier = (times[right] as number) - (times[least] as number)
        if (earlier < 0 || (earlier === 0 && (orders[right] as number) < (orders[least] as number))) {
          child++
          least = right
        }
      }
      if (time < (times[least] as number) || (time === times[least] && order < (orders[least] as number))) break
      heap[k] = least
      k = child
    }
    heap[k] = last
  }

  #newSlot(): number {
    const slot = this.#slots++
    if (slot === this.#slotTime.length) {
      this.#heap = enlarged(this.#heap)
      this.#slotTime = enlarged(this.#slotTime)
      this.#slotOrder = enlarged(this.#slotOrder)
      this.#slotEvent = enlarged(this.#slotEvent)
    }
    return slot
  }

  #growRing(): void {
    const size = this.#ringTime.length
    const time = new Float64Array(2 * size)
    const order = new Float64Array(2 * size)
    const event = new Int32Array(6 * size)
    for (let j = 0; j < size; j++) {
      const k = (this.#ringHead + j) & (size - 1)
      time[j] = this.#ringTime[k] as number
      order[j] = this.#ringOrder[k] as number
      for (let f = 0; f < 3; f++) event[3 * j + f] = this.#ringEvent[3 * k + f] as number
    }
    this.#ringTime = time
    this.#ringOrder = order
    this.#ringEvent = event
    this.#ringHead = 0
  }
}

/** The same array with room for as many entries again. */
export function enlarged<T extends Int32Array | Float64Array | Uint8Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(2 * array.length)
  larger.set(array as never)
  return larger
}

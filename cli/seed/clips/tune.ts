/**
 * A tune as an ffmpeg source: a plucked note each `duration / notes`, chords below it that swell and
 * fade. All of it begins and ends in silence, so that it loops without a click.
 * @param semitones of each note above A3
 * @param chords their lowest notes, in semitones above A2, one after the other
 * @param duration seconds
 */
export function tune(
  semitones: readonly number[],
  chords: readonly number[],
  duration: number,
): string {
  const note = duration / semitones.length
  const chord = duration / chords.length
  const pluck = [
    `st(0,${steps(
      semitones.map((above) => pitch(220, above)),
      note,
    )})`,
    `st(1,mod(t,${note}))`,
    // A note that starts at its own zero, with a short attack.
    '0.22*(1-exp(-220*ld(1)))*exp(-3.2*ld(1))*(sin(2*PI*ld(0)*ld(1))+0.35*sin(4*PI*ld(0)*ld(1))*exp(-5*ld(1)))',
  ]
  const pad = [
    `st(0,${steps(
      chords.map((above) => pitch(110, above)),
      chord,
    )})`,
    `st(1,mod(t,${chord}))`,
    `0.1*sin(PI*ld(1)/${chord})*(sin(2*PI*ld(0)*ld(1))+0.6*sin(3*PI*ld(0)*ld(1))+0.4*sin(4*PI*ld(0)*ld(1)))`,
  ]
  return `aevalsrc=exprs='(${pluck.join(';')})+(${pad.join(';')})':s=22050:d=${duration}`
}

const pitch = (base: number, semitones: number): string => (base * 2 ** (semitones / 12)).toFixed(2)

/** Each value in turn for `seconds`. */
function steps(values: readonly string[], seconds: number): string {
  return values.reduceRight(
    (rest, value, at) => `if(lt(t,${((at + 1) * seconds).toFixed(4)}),${value},${rest})`,
  )
}

import type { Variable, WasmBody } from '../wasm/wasmBody.ts';
import type { Call, WasmModule } from '../wasm/wasmModule.ts';
import { memory, type Value } from '../wasm/wasmValue.ts';
import { codes, digitOf, eachDigit, requires } from './kernelBytes.ts';

/** Microseconds of these years are whole in a float64; those of others are left to a reader of 64 bits. */
const [firstYear, lastYear] = [1700, 2200];
const [firstMs, lastMs] = [Date.UTC(firstYear, 0), Date.UTC(lastYear, 0)];

/**
 * The end of an instant as a contract takes it (ISO 8601 with a date at least, UTC where it has no zone, or whole
 * milliseconds UTC), whose microseconds are put at `place`, or `odd`.
 */
export function instantKernel(module: WasmModule): Call {
  return module.inner({ at: 'i32', place: 'i32' }, (body, { at, place }) => {
    body.if(memory.byte(at).differs(codes.quote), () => putMilliseconds(body, at, place));
    body.add(at, 1);
    const day = body.let('i32', dayAt(body, at));
    const seconds = body.let('i32', 0);
    const micros = body.let('i32', 0);
    body.add(at, 10);
    const sign = body.let('i32', memory.byte(at));
    body.if(sign.differs(codes.quote), () => {
      requires(body, sign.equals(codes.upperT).or(sign.equals(codes.blank)));
      body.add(at, 1);
      timeAt(body, at, { seconds, micros });
    });
    const allSeconds = day.signedWide().times(86_400).plus(seconds.signedWide());
    body.store('i64', place, allSeconds.times(1e6).plus(micros.wide()));
    body.return(at.plus(1));
  });
}

function putMilliseconds(body: WasmBody, at: Variable, place: Value): void {
  const isNegative = body.let('i32', memory.byte(at).equals(codes.minus));
  const from = body.let('i32', at.plus(isNegative));
  const ms = body.let('i64', 0);
  body.set(at, from);
  eachDigit(body, at, (digit) => body.set(ms, ms.times(10).plus(digit.wide())));
  const count = body.let('i32', at.minus(from));
  requires(body, count.minus(1).below(15));
  requires(body, count.equals(1).or(memory.byte(from).differs(codes.zero)));
  requires(body, memory.byte(at).differs(codes.point).and(memory.byte(at).or(0x20).differs(codes.lowerE)));
  body.if(isNegative, () => body.set(ms, ms.times(-1)));
  // As numbers without a sign, all before the first are beyond the last.
  requires(body, ms.minus(firstMs).below(lastMs - firstMs));
  body.store('i64', place, ms.times(1_000));
  body.return(at);
}

/** Of YYYY-MM-DD the days since 1970. */
function dayAt(body: WasmBody, at: Value): Value {
  const [century, ofCentury] = [twoDigits(body, at), twoDigits(body, at.plus(2))];
  const [month, day] = [twoDigits(body, at.plus(5)), twoDigits(body, at.plus(8))];
  const year = body.let('i32', century.times(100).plus(ofCentury));
  requires(
    body,
    memory
      .byte(at.plus(4))
      .equals(codes.minus)
      .and(memory.byte(at.plus(7)).equals(codes.minus)),
  );
  requires(
    body,
    year
      .minus(firstYear)
      .below(lastYear - firstYear)
      .and(month.minus(1).below(12)),
  );
  requires(body, day.minus(1).below(daysOf(body, year, month)));
  // The year begins in March, so that its last day is the one that may be missing.
  const isEarly = body.let('i32', month.below(3));
  body.set(year, year.minus(isEarly));
  const ofYear = month.plus(isEarly.times(12)).minus(3).times(153).plus(2).over(5);
  const leaps = year.over(4).minus(year.over(100)).plus(year.over(400));
  return year.times(365).plus(leaps).plus(ofYear).plus(day).minus(719_469);
}

/** Of a month. */
function daysOf(body: WasmBody, year: Value, month: Value): Value {
  const days = body.let('i32', month.right(3).plus(month).and(1).plus(30));
  const isCentury = year.minus(year.over(100).times(100)).isZero();
  const isLeap = year
    .and(3)
    .isZero()
    .and(isCentury.isZero().or(year.and(15).isZero()));
  body.if(month.equals(2), () => body.set(days, isLeap.plus(28)));
  return days;
}

interface TimeOfDay {
  /** Less than none in zones east of UTC. */
  readonly seconds: Variable;
  readonly micros: Variable;
}

/** `HH:MM`, or `HH:MM:SS` or `HH:MM:SS.ffffff` and a zone or none; `at` is then at the closing quote. */
function timeAt(body: WasmBody, at: Variable, { seconds, micros }: TimeOfDay): void {
  const [hour, minute] = [twoDigits(body, at), twoDigits(body, at.plus(3))];
  requires(
    body,
    hour
      .below(24)
      .and(minute.below(60))
      .and(memory.byte(at.plus(2)).equals(codes.colon)),
  );
  body.set(seconds, hour.times(60).plus(minute).times(60));
  body.add(at, 5);
  body.if(memory.byte(at).differs(codes.quote), () => {
    requires(body, memory.byte(at).equals(codes.colon));
    const second = twoDigits(body, at.plus(1));
    requires(body, second.below(60));
    body.add(seconds, second);
    body.add(at, 3);
    body.if(memory.byte(at).equals(codes.point), () => microsAt(body, at, micros));
    zoneAt(body, at, seconds);
    requires(body, memory.byte(at).equals(codes.quote));
  });
}

/** One to six digits after a point. */
function microsAt(body: WasmBody, at: Variable, micros: Variable): void {
  body.add(at, 1);
  const end = body.let('i32', at.plus(6));
  const start = body.let('i32', at);
  eachDigit(body, at, (digit) => {
    requires(body, at.below(end));
    body.set(micros, micros.times(10).plus(digit));
  });
  requires(body, at.differs(start));
  const places = body.let('i32', end.minus(at));
  body.while(places, () => {
    body.set(micros, micros.times(10));
    body.set(places, places.minus(1));
  });
}

/** `Z`, `+HH`, `+HH:MM` or none. */
function zoneAt(body: WasmBody, at: Variable, seconds: Variable): void {
  const sign = body.let('i32', memory.byte(at));
  body.if(sign.equals(codes.upperZ), () => body.add(at, 1));
  body.if(sign.equals(codes.plus).or(sign.equals(codes.minus)), () => {
    const hours = twoDigits(body, at.plus(1));
    const minutes = body.let('i32', 0);
    body.add(at, 3);
    body.if(memory.byte(at).equals(codes.colon), () => {
      body.set(minutes, twoDigits(body, at.plus(1)));
      body.add(at, 3);
    });
    requires(body, hours.below(15).and(minutes.below(60)));
    const ahead = sign.equals(codes.minus).left(1).minus(1);
    body.add(seconds, hours.times(60).plus(minutes).times(60).times(ahead));
  });
}

function twoDigits(body: WasmBody, at: Value): Variable {
  const [high, low] = [body.let('i32', digitOf(memory.byte(at))), body.let('i32', digitOf(memory.byte(at.plus(1))))];
  requires(body, high.below(10).and(low.below(10)));
  body.set(low, high.times(10).plus(low));
  return low;
}

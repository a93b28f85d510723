// A contract small enough to be written in opcodes. The first byte of the call data decides:
// 01 reverts with Error("weir says no"), 02 emits one log, anything else returns 42.
const word = (hex) => hex.padStart(64, '0');
const left = (hex) => hex.padEnd(64, '0');
const text = (string) => Buffer.from(string).toString('hex');

export const revertReason = 'weir says no';
export const revertData = `0x08c379a0${word('20')}${word(revertReason.length.toString(16))}${left(text(revertReason))}`;
export const logTopic = `0x${'7'.repeat(64)}`;

const push1 = (byte) => `60${byte}`;
const push32 = (hex) => `7f${hex}`;
const mstore = '52';

const dispatch = (revertAt, logAt) =>
  push1('00') + '35' + push1('f8') + '1c' + // calldataload(0) >> 248
  '80' + push1('01') + '14' + push1(revertAt) + '57' +
  push1('02') + '14' + push1(logAt) + '57' +
  push1('2a') + push1('00') + mstore + push1('20') + push1('00') + 'f3';
const reverting =
  '5b' + push32(left('08c379a0')) + push1('00') + mstore + push1('20') + push1('04') + mstore +
  push1(revertReason.length.toString(16).padStart(2, '0')) + push1('24') + mstore +
  push32(left(text(revertReason))) + push1('44') + mstore + push1('64') + push1('00') + 'fd';
const logging = '5b' + push1('07') + push1('00') + mstore + push32(logTopic.slice(2)) + push1('20') + push1('00') + 'a1' + '00';

const hex = (bytes) => bytes.toString(16).padStart(2, '0');
const revertAt = dispatch('00', '00').length / 2;
const runtime = dispatch(hex(revertAt), hex(revertAt + reverting.length / 2)) + reverting + logging;
const size = runtime.length / 2;
// codecopy(0, offset, size); return(0, size)
const loader = (offset) => push1(hex(size)) + push1(hex(offset)) + push1('00') + '39' + push1(hex(size)) + push1('00') + 'f3';

export const deployment = `0x${loader(loader(0).length / 2)}${runtime}`;

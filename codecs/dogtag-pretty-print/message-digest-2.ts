// MD2 (RFC 1319). Dogtag prints it among a certificate's fingerprints and no library of today still has it. Not for any other use.

/** A permutation made from the digits of pi (RFC 1319 section 3.2). */
const substitution = Uint8Array.from(
  Buffer.from(
    '292e43c9a2d87c013d3654a1ecf0061362a705f3c0c7738c98932bd9bc4c82ca' +
      '1e9b573cfdd4e01667426f188a17e512be4ec4d6da9ede49a0fbf58ebb2fee7a' +
      'a968799115b2073f94c210890b225f21807f5d9a5a903227353ecce7bff79703' +
      'ff1930b348a5b5d1d75e922aac56aac64fb838d296a47db676fc6be29c7404f1' +
      '459d705964718720865bcf65e62da8021b6025adaeb0b9f61c46616934407e0f' +
      '5547a323dd51af3ac35cf9cebac5ea262c530d6e85288409d3dfcdf441814d52' +
      '6adc37c86cc1abfa24e17b080cbdb14a7888958be363e86de9cbd5fe3b001d39' +
      'f2efb70e6658d0e4a67772f8eb754b0a314450b48fed1f1adb998d339f118314',
    'hex',
  ),
);

/** 16 octets. Plain loops over plain arrays, because every certificate that is shown comes through the inner one tens of thousands of times. */
export function digestMd2(bytes: Uint8Array): Buffer {
  const padding = 16 - (bytes.length % 16);
  const message = new Uint8Array(bytes.length + padding + 16);
  message.set(bytes);
  message.fill(padding, bytes.length, bytes.length + padding);
  appendChecksum(message);
  const state = new Uint8Array(48);
  for (let start = 0; start < message.length; start += 16) mix(state, message, start);
  return Buffer.from(state.subarray(0, 16));
}

/** Fills the last 16 octets from those before. */
function appendChecksum(message: Uint8Array): void {
  const length = message.length - 16;
  let last = 0;
  for (let index = 0; index < length; index += 1) {
    const place = length + (index & 15);
    last = (message[place] as number) ^ (substitution[(message[index] as number) ^ last] as number);
    message[place] = last;
  }
}

function mix(state: Uint8Array, message: Uint8Array, start: number): void {
  for (let index = 0; index < 16; index += 1) {
    const octet = message[start + index] as number;
    state[16 + index] = octet;
    state[32 + index] = octet ^ (state[index] as number);
  }
  let carry = 0;
  for (let round = 0; round < 18; round += 1) {
    for (let index = 0; index < 48; index += 1) {
      carry = (state[index] as number) ^ (substitution[carry] as number);
      state[index] = carry;
    }
    carry = (carry + round) & 0xff;
  }
}

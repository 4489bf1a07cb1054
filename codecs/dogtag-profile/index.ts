// Text of Dogtag certificate profiles and back.
export { javaHashtableOrder } from './java-hashtable-order.ts';
export { decodeProfileText, editProfileText, encodeProfileFile, encodeTakenProfile } from './profile-file.ts';
export { ProfileSection, trimJava } from './profile-section.ts';
export {
  findRepeatedKeys,
  type ProfileEntry,
  ProfileTextError,
  parseProfileText,
  printProfileText,
} from './profile-text.ts';

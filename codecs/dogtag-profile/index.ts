// Text of Dogtag certificate profiles and back.
export { ProfileSection, trimJava } from './profile-section.ts';
export {
  findRepeatedKeys,
  type ProfileEntry,
  ProfileTextError,
  parseProfileText,
  printProfileText,
} from './profile-text.ts';

import { WhetError } from './errors.ts';
import type { LedgerEntry, VersionRecord } from './ledger.ts';
import type { ApprovalNeed, ReleasePlan } from './releasePlan.ts';

/** A person's approval as the ledger holds it. */
export interface Approval {
  readonly who: string;
  readonly role: string;
  readonly why: string;
  readonly at: string;
  readonly expires: string;
  /** Why it does not count; null: it does. */
  readonly void: VoidReason | null;
}

export type VoidReason = 'of another package' | 'rejected since' | 'of no role asked for' | 'expired' | 'given twice';

/** Where the approvals of a version stand. */
export interface ApprovalStanding {
  readonly given: readonly Approval[];
  /** How many persons of which role are missing. */
  readonly missing: readonly MissingApproval[];
  /** The last word against the version; null where nobody turned it down. */
  readonly rejected: { readonly who: string; readonly why: string } | null;
}

export type MissingApproval = Pick<ApprovalNeed, 'role' | 'count'>;

/** What a person says to approve. */
export interface ApprovalWord {
  readonly who: string;
  readonly role: string;
  /** Of the package or of the model that the person looked at; what the version has when left out. */
  readonly digest?: string;
  /** Approves although the version was rejected. */
  readonly anew?: boolean;
}

/** A version, what its plan asks for (undefined: nobody's word), and its pipeline's ledger. */
export interface ApprovalCase {
  readonly plan: ReleasePlan | undefined;
  readonly record: VersionRecord;
  readonly ledger: readonly LedgerEntry[];
}

/**
 * Which approvals count at a time: those given since the version was last rejected, for the package that it has, in a
 * role that its plan asks for, not expired, the first of each person.
 */
export function approvalStanding({ plan, record, ledger }: ApprovalCase, nowMs: number): ApprovalStanding {
  const rejection = ledger.findLast(({ event }) => event.kind === 'rejected' && event.version === record.version);
  const persons = new Set<string>();
  const given = ledger.flatMap((entry): Approval[] => {
    const { event, who, why, at, n } = entry;
    if (event.kind !== 'approved' || event.version !== record.version) return [];
    const { role, expires } = event;
    const reason = (): VoidReason | null => {
      if (event.package !== record.package) return 'of another package';
      if (n < (rejection?.n ?? 0)) return 'rejected since';
      if (!mayAct(plan, role, who)) return 'of no role asked for';
      if (Date.parse(expires) <= nowMs) return 'expired';
      return persons.has(personOf(who)) ? 'given twice' : null;
    };
    const approval = { who, role, why, at, expires, void: reason() };
    if (approval.void === null) persons.add(personOf(who));
    return [approval];
  });
  const rejected = rejection === undefined ? null : { who: rejection.who, why: rejection.why };
  return { given, missing: missingOf(plan, given), rejected };
}

/**
 * Refuses an approval that would not count. Throws `approval.wrong-role`, `approval.different-digest`,
 * `approval.rejected`, `approval.twice`.
 */
export function checkApproval(held: ApprovalCase, word: ApprovalWord, nowMs: number): void {
  const { version } = held.record;
  requireRole(held, word);
  requireDigest(held.record, word.digest);
  const { given, rejected } = approvalStanding(held, nowMs);
  const since = given.filter((approval) => approval.void === null);
  if (rejected !== null && since.length === 0 && word.anew !== true)
    throw refused('rejected', `version ${version} not to be rejected`, rejectionText(rejected));
  const same = since.find(({ who }) => personOf(who) === personOf(word.who));
  if (same === undefined) return;
  const came = `a second one by ${word.who}, who approved as ${same.role} at ${same.at}`;
  throw refused('twice', `one approval of version ${version} by each person`, came);
}

/**
 * Refuses to roll a version out that lacks approvals; one that answered before needs none. Throws `approval.rejected`,
 * `approval.expired` and `approval.different-digest` where an approval lost its force, else `approval.missing`.
 */
export function requireApprovals(held: ApprovalCase, nowMs: number): void {
  const { record, ledger } = held;
  const { given, missing, rejected } = approvalStanding(held, nowMs);
  const answered = ledger.some(({ routing }) => routing.version === record.version);
  if (missing.length === 0 || (answered && rejected === null)) return;
  const expected = `approvals of version ${record.version}: ${missingText(missing)} more`;
  const isVoid = (reason: VoidReason) => given.find((approval) => approval.void === reason);
  if (isVoid('rejected since') && rejected !== null) throw refused('rejected', expected, rejectionText(rejected));
  const expired = isVoid('expired');
  if (expired !== undefined) throw refused('expired', expected, `one by ${expired.who} until ${expired.expires}`);
  const other = isVoid('of another package');
  if (other !== undefined) throw refused('different-digest', expected, `one by ${other.who} for another package`);
  throw refused('missing', expected, given.length === 0 ? 'none' : `${given.length}`);
}

/** For people: `1 of risk, 2 of owner`. */
export function missingText(missing: readonly MissingApproval[]): string {
  return missing.map(({ role, count }) => `${count} of ${role}`).join(', ');
}

function missingOf(plan: ReleasePlan | undefined, given: readonly Approval[]): MissingApproval[] {
  const missing = (plan?.approvals ?? []).map(({ role, count }) => {
    const valid = given.filter((approval) => approval.role === role && approval.void === null);
    return { role, count: count - valid.length };
  });
  return missing.filter(({ count }) => count > 0);
}

function requireRole({ plan, record }: ApprovalCase, { who, role }: ApprovalWord): void {
  if (mayAct(plan, role, who)) return;
  const need = plan?.approvals.find((one) => one.role === role);
  if (need?.who !== undefined)
    throw refused('wrong-role', `one of ${need.who.join(', ')} as '${role}'`, `'${who}' for version ${record.version}`);
  const roles = plan?.approvals.map((one) => `'${one.role}'`).join(', ') ?? "none: its pipeline asks for nobody's word";
  throw refused('wrong-role', `a role that version ${record.version} asks for (${roles})`, `'${role}'`);
}

function requireDigest({ version, package: id, digest }: VersionRecord, came: string | undefined): void {
  if (came === undefined) return;
  const isPrefix = came.length >= shortest && (id.startsWith(came) || digest.startsWith(came));
  if (!isPrefix) throw refused('different-digest', `the digest of version ${version}, ${digest}`, `'${came}'`);
}

/** Characters of a digest by which people name it: `whet versions` shows so many. */
const shortest = 12;

function mayAct(plan: ReleasePlan | undefined, role: string, who: string): boolean {
  const need = plan?.approvals.find((one) => one.role === role);
  return need !== undefined && (need.who === undefined || need.who.map(personOf).includes(personOf(who)));
}

function personOf(who: string): string {
  return who.trim().toLowerCase();
}

function rejectionText({ who, why }: { readonly who: string; readonly why: string }): string {
  return `its rejection by ${who}: ${why}`;
}

function refused(
  what: 'wrong-role' | 'different-digest' | 'rejected' | 'twice' | 'expired' | 'missing',
  expected: string,
  came: string,
): WhetError {
  return new WhetError(`approval.${what}`, { expected, came });
}

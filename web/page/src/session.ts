import { signal } from '@preact/signals';
import { ParleyRest, type Session } from 'parley-client';

/** Who is here. The token lives in memory only; after a reload the HttpOnly cookie brings it back. */
export const session = signal<Session | 'asking' | undefined>('asking');

export const rest = new ParleyRest(() => token());

export function token(): string | undefined {
  const now = session.value;
  return now && now !== 'asking' ? now.token : undefined;
}

/** The backend could not be asked who is here. */
export const unreachable = signal(false);
const ASK_AGAIN_MS = 1_500;

/** Says only that there was a session, so that a newcomer's page does not ask for one in vain. */
const CAME_BEFORE = 'parley.cameBefore';

export async function resume(): Promise<void> {
  const cameBefore = localStorage.getItem(CAME_BEFORE) !== null;
  while (cameBefore && session.value === 'asking') {
    try {
      session.value = await rest.session();
      return;
    } catch {
      // The backend is away: the session is not, so the page waits for it.
      unreachable.value = true;
      await new Promise((done) => setTimeout(done, ASK_AGAIN_MS));
    }
  }
  session.value = undefined;
}

export async function enter(name: string): Promise<void> {
  session.value = await rest.guest(name);
  localStorage.setItem(CAME_BEFORE, 'yes');
}

export async function signOut(): Promise<void> {
  await rest.signOut().catch(() => undefined);
  sessionStorage.clear();
  localStorage.removeItem(CAME_BEFORE);
  session.value = undefined;
  location.hash = '';
}

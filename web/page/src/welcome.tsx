import { useEffect, useRef, useState } from 'preact/hooks';
import { enter } from './session';

export function Welcome() {
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (name.trim() === '') {
      setProblem('A name has at least one letter.');
      return;
    }
    setBusy(true);
    try {
      await enter(name.trim());
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : 'That did not work.');
      setBusy(false);
    }
  };

  return (
    <main class="welcome">
      <form class="card" onSubmit={(event) => void submit(event)}>
        <img src="/icon.svg" alt="" width="56" height="56" />
        <h1>Welcome to Parley</h1>
        <p class="lead">
          A chat whose messages have one order on every screen, and that goes on where you were when a server dies.
        </p>
        <label for="name">What shall we call you?</label>
        <input
          id="name"
          ref={field}
          value={name}
          maxLength={64}
          autocomplete="nickname"
          placeholder="Your name"
          aria-describedby="name-problem"
          aria-invalid={problem !== undefined}
          onInput={(event) => {
            setName(event.currentTarget.value);
            setProblem(undefined);
          }}
        />
        <p id="name-problem" class="problem" role="alert">
          {problem}
        </p>
        <button type="submit" class="primary" disabled={busy}>
          Come in
        </button>
        <p class="fine">You come in as a guest. No password, no address.</p>
      </form>
    </main>
  );
}

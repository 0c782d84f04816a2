const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['Enter', 'Send'],
  ['Shift Enter', 'New line'],
  ['↑ in the empty field', 'Edit your last message'],
  ['@', 'Mention someone'],
  ['Alt ↑ / Alt ↓', 'Room before / after'],
  ['Ctrl K', 'Search in this room'],
  ['↑ ↓ among the messages', 'Walk from message to message'],
  ['R, E, +, Delete on a message', 'Reply, edit, react, delete'],
  ['Esc', 'Close, cancel, back to writing'],
  ['?', 'This list'],
];

export function Shortcuts({ dialog }: { dialog: { current: HTMLDialogElement | null } }) {
  return (
    <dialog ref={dialog} class="card shortcuts" aria-label="Keyboard shortcuts">
      <h2>Keyboard</h2>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="primary" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}

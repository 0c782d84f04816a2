import { useEffect, useRef, useState } from 'preact/hooks';
import { Chat } from './chat/chat';
import { ChatPane } from './chat/chat-pane';
import { RoomList } from './chat/room-list';
import { Lab } from './lab/lab';
import { goToRoom, route } from './route';
import { session, unreachable } from './session';
import { Shortcuts } from './shortcuts';
import { Welcome } from './welcome';

export function App() {
  const now = session.value;
  if (now === 'asking') {
    return (
      <main class="welcome" aria-busy="true">
        <p role="status">{unreachable.value && 'The backend cannot be reached. Trying again…'}</p>
      </main>
    );
  }
  return now ? <Home key={now.user.id} user={now.user} /> : <Welcome />;
}

function Home({ user }: { user: Chat['me'] }) {
  const [chat, setChat] = useState<Chat | undefined>(undefined);
  const [roomsOpen, setRoomsOpen] = useState(false);
  const keys = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const made = new Chat(user);
    setChat(made);
    return () => made.close();
  }, [user.id]);

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (event.key === '?' && !typing) {
        keys.current?.showModal();
      } else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown') && chat) {
        event.preventDefault();
        neighbour(chat, event.key === 'ArrowUp' ? -1 : 1);
      } else if (event.key === 'Escape') {
        setRoomsOpen(false);
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [chat]);

  if (!chat) {
    return null;
  }
  const openRooms = () => setRoomsOpen(true);
  return (
    <div class="shell">
      <RoomList chat={chat} open={roomsOpen} close={() => setRoomsOpen(false)} showKeys={() => keys.current?.showModal()} />
      {roomsOpen && <div class="shade" onClick={() => setRoomsOpen(false)} />}
      <View chat={chat} openRooms={openRooms} />
      <Shortcuts dialog={keys} />
    </div>
  );
}

function View({ chat, openRooms }: { chat: Chat; openRooms: () => void }) {
  const now = route.value;
  const first = chat.rooms.value[0]?.room.id;
  const wanted = now.view === 'chat' ? now.room : undefined;
  useEffect(() => {
    if (now.view === 'chat' && wanted === undefined && first !== undefined && location.hash.length < 2) {
      goToRoom(first);
    } else if (wanted !== undefined) {
      chat.view(wanted);
    }
  }, [now, wanted, first, chat]);
  if (now.view === 'lab') {
    return <Lab openRooms={openRooms} />;
  }
  const view = chat.rooms.value.find((it) => it.room.id === wanted);
  return view ? <ChatPane chat={chat} view={view} openRooms={openRooms} /> : <main class="pane" aria-busy="true" />;
}

function neighbour(chat: Chat, step: number): void {
  const ids = chat.rooms.value.map((view) => view.room.id);
  const now = route.value.view === 'chat' ? ids.indexOf(route.value.room ?? '') : 0;
  const next = ids[(now + step + ids.length) % ids.length];
  if (next !== undefined) {
    goToRoom(next);
  }
}

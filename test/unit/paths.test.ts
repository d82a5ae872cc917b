import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { currentPaths } from '../../server/home.ts';
import { type PathInputs, resolveHome, resolvePaths } from '../../shared/paths.ts';

const linux: PathInputs = { platform: 'linux', env: {}, homedir: '/home/ana', tmpdir: '/tmp', user: 'ana' };

describe('the paths of an installation', () => {
  it('follow the XDG state folder on Linux, and only an absolute one', () => {
    assert.equal(resolveHome(linux), '/home/ana/.local/state/greenroom');
    assert.equal(resolveHome({ ...linux, env: { XDG_STATE_HOME: '/var/state' } }), '/var/state/greenroom');
    assert.equal(
      resolveHome({ ...linux, env: { XDG_STATE_HOME: 'relative' } }),
      '/home/ana/.local/state/greenroom',
    );
  });

  it('follow the conventions of macOS and Windows', () => {
    assert.equal(
      resolveHome({ ...linux, platform: 'darwin', homedir: '/Users/ana' }),
      '/Users/ana/Library/Application Support/Greenroom',
    );
    const windows = { ...linux, platform: 'win32', homedir: 'C:\\Users\\ana' };
    assert.equal(resolveHome(windows), 'C:\\Users\\ana\\AppData\\Local\\Greenroom');
    assert.equal(resolveHome({ ...windows, env: { LOCALAPPDATA: 'D:\\Local\\' } }), 'D:\\Local\\Greenroom');
  });

  it('are absolute where GREENROOM_HOME is not: client and server have different folders', () => {
    assert.equal(currentPaths({ GREENROOM_HOME: 'mine' }).home, resolve('mine'));
  });

  it('move as a whole with GREENROOM_HOME', () => {
    const paths = resolvePaths({ ...linux, env: { GREENROOM_HOME: '/data/gr/' } });
    for (const path of Object.values(paths)) assert.ok(path.startsWith('/data/gr'), path);
    assert.equal(paths.socket, '/data/gr/server.sock');
  });

  it('keep the socket within what the operating system takes, in a folder that only depends on user and home', () => {
    const deep = `/home/${'é'.repeat(60)}/state`;
    const first = resolvePaths({ ...linux, env: { GREENROOM_HOME: deep } });
    assert.match(first.socket, /^\/tmp\/greenroom-ana\/[0-9a-f]{16}\.sock$/);
    assert.equal(first.socketFolder, '/tmp/greenroom-ana');
    const again = resolvePaths({ ...linux, env: { GREENROOM_HOME: `${deep}/` } });
    assert.equal(again.socket, first.socket);
    const other = resolvePaths({ ...linux, env: { GREENROOM_HOME: `${deep}2` } });
    assert.notEqual(other.socket, first.socket);
    const farTemporary = resolvePaths({
      ...linux,
      tmpdir: `/${'t'.repeat(120)}`,
      env: { GREENROOM_HOME: deep },
    });
    assert.ok(Buffer.byteLength(farTemporary.socket) <= 103);
  });

  it('name a pipe of the user and the home on Windows, whatever the case of the path', () => {
    const at = (home: string): string =>
      resolvePaths({ ...linux, platform: 'win32', user: 'Ana Ĺ', env: { GREENROOM_HOME: home } }).socket;
    assert.match(at('C:\\Gr'), /^\\\\\.\\pipe\\greenroom-[\w.-]+-[0-9a-f]{16}$/);
    assert.equal(at('C:\\Gr'), at('c:\\gr\\'));
    assert.notEqual(at('C:\\Gr'), at('C:\\Gr2'));
  });
});

#!/usr/bin/python3
"""Reads a Coffer vault with nothing but docs/format.md: no catalog, no Coffer code.

  reader.py VAULT_FOLDER PASSPHRASE_FILE list
  reader.py VAULT_FOLDER PASSPHRASE_FILE extract ABSOLUTE_PATH OUT_FILE

Needs python3-cryptography, libargon2-1, libzstd1 and, for Brotli bodies only, libbrotli1. Section numbers in comments
are those of docs/format.md.
"""
import base64
import binascii
import ctypes
import hmac
import json
import os
import stat
import struct
import sys
from array import array
from collections import namedtuple
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MIB = 1 << 20
MAX_PLAIN, MAX_REFERENCES, MAX_PACK, MAX_FRAMES, MAX_PAGE_ITEMS = 16 * MIB, 16384, 128 * MIB, 400_000, 65536
CHUNK, EXTENTS, LISTING, CHANGES, TREE, POINT, CHECKPOINT = range(1, 8)
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Damaged(Exception):
    """Bytes are not what they claim to be."""


class Refused(Exception):
    """A person can act: wrong passphrase, no such file, a library is missing."""


def need(condition, what):
    if not condition:
        raise Damaged(what)


def warn(text):
    print('warning:', text, file=sys.stderr)


# BLAKE3. Many chunks at once: one big integer holds one 32-bit word of every chunk, each in 64 bits.

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
SHUFFLE = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
MIXES = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
         (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
CHUNK_START, CHUNK_END, PARENT, ROOT, KEYED = 1, 2, 4, 8, 16
LANES = 1024


def compress(chain, words, counter_low, counter_high, length, flags, ones):
    mask = ones * 0xFFFFFFFF
    v = [*chain, *(IV[i] * ones for i in range(4)), counter_low, counter_high, length * ones, flags * ones]
    m = list(words)
    for turn in range(7):
        for i, (a, b, c, d) in enumerate(MIXES):
            va = (v[a] + v[b] + m[2 * i]) & mask
            vd = v[d] ^ va
            vd = (vd >> 16 | vd << 16) & mask
            vc = (v[c] + vd) & mask
            vb = v[b] ^ vc
            vb = (vb >> 12 | vb << 20) & mask
            va = (va + vb + m[2 * i + 1]) & mask
            vd ^= va
            vd = (vd >> 8 | vd << 24) & mask
            vc = (vc + vd) & mask
            vb ^= vc
            v[a], v[b], v[c], v[d] = va, (vb >> 7 | vb << 25) & mask, vc, vd
        if turn < 6:
            m = [m[i] for i in SHUFFLE]
    return [v[i] ^ v[i + 8] for i in range(8)]


def pack_lanes(values):
    return int.from_bytes(struct.pack('<%dQ' % len(values), *values), 'little')


def unpack_lanes(packed, count):
    return struct.unpack('<%dQ' % count, packed.to_bytes(8 * count, 'little'))


def words_of(data):
    words = array('I', bytes(data))
    if sys.byteorder == 'big':
        words.byteswap()
    return words


def leaf(data, key, counter, flags, end):
    """The chaining value of one chunk that may be short; `end` are flags for its last block."""
    chain, count = key, max(1, (len(data) + 63) // 64)
    for i in range(count):
        block = data[64 * i:64 * i + 64]
        extra = (CHUNK_START if i == 0 else 0) | (CHUNK_END | end if i == count - 1 else 0)
        words = words_of(block + bytes(64 - len(block)))
        chain = compress(chain, words, counter & 0xFFFFFFFF, counter >> 32, len(block), flags | extra, 1)
    return tuple(chain)


def full_leaves(data, key, counter, flags):
    count, words = len(data) // 1024, words_of(data)
    ones = pack_lanes([1] * count)
    low, high = (pack_lanes([(counter + i) >> shift & 0xFFFFFFFF for i in range(count)]) for shift in (0, 32))
    chain = [word * ones for word in key]
    for block in range(16):
        extra = CHUNK_START if block == 0 else CHUNK_END if block == 15 else 0
        message = [pack_lanes(words[16 * block + i::256]) for i in range(16)]
        chain = compress(chain, message, low, high, 64, flags | extra, ones)
    return list(zip(*(unpack_lanes(word, count) for word in chain)))


def parents(nodes, key, flags):
    ones = pack_lanes([1] * (len(nodes) // 2))
    message = [pack_lanes([node[i] for node in nodes[side::2]]) for side in (0, 1) for i in range(8)]
    chain = compress([word * ones for word in key], message, 0, 0, 64, flags | PARENT, ones)
    return list(zip(*(unpack_lanes(word, len(nodes) // 2) for word in chain)))


def blake3(data, key=None):
    data, flags = bytes(data), KEYED if key else 0
    key = struct.unpack('<8I', key) if key else IV
    whole = max(0, len(data) - 1) // 1024
    if whole == 0:
        return struct.pack('<8I', *leaf(data, key, 0, flags, ROOT))
    nodes = []
    for first in range(0, whole, LANES):
        nodes += full_leaves(data[1024 * first:1024 * min(whole, first + LANES)], key, first, flags)
    nodes.append(leaf(data[1024 * whole:], key, whole, flags, 0))
    while len(nodes) > 2:
        odd = nodes[-1:] if len(nodes) % 2 else []
        even = len(nodes) - len(odd)
        nodes = [n for at in range(0, even, 2 * LANES)
                 for n in parents(nodes[at:min(even, at + 2 * LANES)], key, flags)] + odd
    return struct.pack('<8I', *parents(nodes, key, flags | ROOT)[0])


# Section 3: keys.

def aes_block(key, block):
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)


def xaes_open(key, nonce, sealed, associated):
    top = int.from_bytes(aes_block(key, bytes(16)), 'big')
    k1 = (top << 1) & ((1 << 128) - 1) ^ (0x87 if top >> 127 else 0)
    halves = [aes_block(key, (int.from_bytes(bytes([0, c, 0x58, 0]) + nonce[:12], 'big') ^ k1).to_bytes(16, 'big'))
              for c in (1, 2)]
    try:
        return AESGCM(halves[0] + halves[1]).decrypt(nonce[12:], bytes(sealed), bytes(associated))
    except InvalidTag:
        raise Damaged('the seal is broken') from None


def extract(salt, secret):
    return hmac.digest(salt, secret, 'sha256')


def expand(prk, name, length):
    out = block = b''
    while len(out) < length:
        block = hmac.digest(prk, block + b'coffer/1/' + name + bytes([len(out) // 32 + 1]), 'sha256')
        out += block
    return out[:length]


def argon2id(passphrase, salt, memory, passes, lanes):
    library = ctypes.CDLL('libargon2.so.1')
    out = ctypes.create_string_buffer(32)
    size = ctypes.c_size_t
    code = library.argon2id_hash_raw(passes, memory, lanes, passphrase, size(len(passphrase)), salt, size(len(salt)),
                                     out, size(32))
    if code != 0:
        raise Refused('Argon2id failed with code %d; it needs %d MiB of memory' % (code, memory >> 10))
    return out.raw


class Keys:
    def __init__(self, data_key):
        prk = extract(bytes(32), data_key)
        self.ids, self.data, self.metadata, self.content = (
            expand(prk, name, 32) for name in (b'ids', b'data', b'metadata', b'content'))
        scalar = int.from_bytes(expand(prk, b'access', 48), 'big') % (P256_ORDER - 1) + 1
        self.access = ec.derive_private_key(scalar, ec.SECP256R1()).public_key()


def open_envelope(envelope, keyspace, passphrase):
    """The keys, or None where the passphrase does not open this envelope."""
    need(envelope[:4] == b'CFEV', 'not an envelope')
    if envelope[4] != 1:
        raise Refused('an envelope of version %d was made by a newer program' % envelope[4])
    need(len(envelope) == 287, 'an envelope has a wrong length')
    need(envelope[5:21] == keyspace, 'an envelope belongs to another keyspace')
    need(envelope[21] in (1, 2), 'an envelope of an unknown kind')
    if envelope[21] != 1:
        return None
    memory, passes, lanes = struct.unpack_from('<III', envelope, 42)
    need(65536 <= memory <= 1048576 and 3 <= passes <= 16 and lanes == 1, 'the costs of an envelope are out of bounds')
    salt = envelope[26:42]
    prk = extract(salt, argon2id(passphrase, salt, memory, passes, lanes))
    if not hmac.compare_digest(expand(prk, b'commitment', 32), envelope[119:151]):
        return None
    keys = Keys(xaes_open(expand(prk, b'wrap', 32), envelope[151:175], envelope[175:223], envelope[:151]))
    r, s = (int.from_bytes(envelope[at:at + 32], 'big') for at in (223, 255))
    try:
        keys.access.verify(utils.encode_dss_signature(r, s), envelope[:223], ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Damaged('the signature of an envelope is wrong') from None
    return keys


def read_passphrase(path):
    text = Path(path).read_bytes().rstrip(b'\r\n')
    if not 16 <= len(text) <= 1024 or any(not 32 <= byte <= 126 for byte in text):
        raise Refused('wrong passphrase: it must have 16 to 1024 printable ASCII characters')
    return text


# Section 4: frames.

def unzstd(data, length):
    need(data[:4] == b'\x28\xb5\x2f\xfd' and len(data) > 5, 'not a zstd frame')
    if not data[4] & 0x20:  # Not a single segment: a window byte follows.
        base = 1 << (10 + (data[5] >> 3))
        need(base + base // 8 * (data[5] & 7) <= 8 * MIB, 'the window of a zstd frame is too large')
    library, size = ctypes.CDLL('libzstd.so.1'), ctypes.c_size_t
    library.ZSTD_findFrameCompressedSize.restype = library.ZSTD_decompress.restype = size
    need(library.ZSTD_findFrameCompressedSize(data, size(len(data))) == len(data), 'not one whole zstd frame')
    out = ctypes.create_string_buffer(max(1, length))
    got = library.ZSTD_decompress(out, size(length), data, size(len(data)))
    need(got == length, 'a body does not decompress to its plain length')
    return out.raw[:length]


def unbrotli(data, length):
    try:
        library = ctypes.CDLL('libbrotlidec.so.1')
    except OSError:
        raise Refused('this frame needs libbrotlidec.so.1 (Debian: libbrotli1)') from None
    out, got = ctypes.create_string_buffer(length + 1), ctypes.c_size_t(length + 1)
    code = library.BrotliDecoderDecompress(ctypes.c_size_t(len(data)), data, ctypes.byref(got), out)
    need(code == 1 and got.value == length, 'a body does not decompress to its plain length')
    return out.raw[:length]


Node = namedtuple('Node', 'kind references body')
FRAME = struct.Struct('<4s4B16s32sIII24s')


def open_frame(frame, keyspace, node_id, kinds, keys):
    need(len(frame) >= 92, 'a frame is too short')
    magic, version, kind, compression, aead, space, frame_id, plain, stored, count, nonce = FRAME.unpack_from(frame)
    need(magic == b'CFfr', 'not a frame')
    need(version == 1 and kind in range(1, 8) and compression in (0, 1, 2) and aead == 1, 'a frame of an unknown kind')
    need(plain <= MAX_PLAIN and 16 <= stored <= MAX_PLAIN + 16 and count <= MAX_REFERENCES, 'a frame is too large')
    need(space == keyspace and frame_id == node_id and kind in kinds, 'a frame is not the one asked for')
    head = 92 + 32 * count
    need(len(frame) == head + stored, 'a frame has a wrong length')
    body = xaes_open(keys.data if kind == CHUNK else keys.metadata, nonce, frame[head:], frame[:head])
    if compression:
        body = (unzstd, unbrotli)[compression - 1](body, plain)
    need(len(body) == plain, 'a body does not have its plain length')
    references = [frame[at:at + 32] for at in range(92, head, 32)]
    want = blake3(struct.pack('<BBI', 1, kind, count) + frame[92:head] + body, keys.ids)
    need(hmac.compare_digest(want, node_id), 'a node does not have its id')
    return Node(kind, references, body)


# Section 6: varints and listings.

class Body:
    def __init__(self, data):
        self.data, self.at = data, 0

    def varint(self, most=(1 << 64) - 1):
        value = shift = 0
        while True:
            need(self.at < len(self.data) and shift < 70, 'a varint is cut off or too long')
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                need(value <= most, 'a number is above its limit')
                return value

    def zigzag(self):
        value = self.varint()
        return value >> 1 ^ -(value & 1)

    def take(self, length):
        need(length <= len(self.data) - self.at, 'a body is cut off')
        self.at += length
        return self.data[self.at - length:self.at]

    def block(self, most=MAX_PLAIN):
        return self.take(self.varint(most))

    def ended(self):
        return self.at == len(self.data)

    def end(self):
        need(self.ended(), 'a body is longer than its parts')


def order(path):
    """Paths hold no zero byte, so this puts `/` below every other byte."""
    return path.replace(b'/', b'\0')


def check_components(path):
    need(len(path) <= MIB, 'a path is too long')
    need(not path or all(c not in (b'', b'.', b'..') and b'\0' not in c for c in path.split(b'/')), 'a bad path')


def wrap64(number):
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


Entry = namedtuple('Entry', 'path mode uid gid size seconds nanoseconds target group marks flags project device '
                            'content_hash attributes content')
Extent = namedtuple('Extent', 'gap length reference offset')


def read_extents(body, count, references):
    """At most `count` extents up to the end of the body; a reference becomes an id."""
    out = []
    while not body.ended():
        need(len(out) < count, 'too many extents')
        gap, length = body.varint(), body.varint(MAX_PLAIN)
        need(length > 0, 'an empty extent')
        out.append(Extent(gap, length, pick(references, body.varint()), body.varint(0xFFFFFFFF)))
    return out


def pick(items, index):
    need(0 <= index < len(items), 'an index is out of range')
    return items[index]


def read_attributes(data):
    body, out = Body(data), {}
    for _ in range(body.varint(MAX_PAGE_ITEMS)):
        name = body.block()
        need(not out or name > max(out), 'attributes are out of order')
        out[name] = body.block()
    body.end()
    return out


class ListingPage:
    """Section 6.2. `chunk` turns an id into the plain bytes of a chunk."""

    def __init__(self, node, folder, chunk):
        self.references, self.body, self.folder = node.references, Body(node.body), folder
        self.prefix = self.body.block(MIB)
        check_components(folder)
        check_components(self.prefix)
        many, name = (lambda: range(self.body.varint(MAX_PAGE_ITEMS))), (lambda: self.body.block(1024))
        self.owners = [(self.body.varint(0xFFFFFFFF), self.body.varint(0xFFFFFFFF), name(), name()) for _ in many()]
        self.sets = [self.attribute_set(chunk) for _ in many()]
        self.previous = self.expected = self.seconds = 0
        self.name, self.stack = b'', [folder]
        for component in self.prefix.split(b'/') if self.prefix else ():
            self.stack.append(self.join(self.stack[-1], component))
        self.entries = [self.entry() for _ in many()]
        self.body.end()

    @staticmethod
    def join(parent, name):
        return parent + b'/' + name if parent else name

    def attribute_set(self, chunk):
        length = self.body.varint(MAX_PLAIN)
        need(length > 0, 'an empty attribute set')
        if length <= 4096:
            return read_attributes(self.body.take(length))
        data = chunk(pick(self.references, self.body.varint()))
        need(len(data) == length, 'an attribute set has a wrong length')
        return read_attributes(data)

    def entry(self):
        depth, shared, suffix = self.body.varint(), self.body.varint(), self.body.block(1024)
        parent = pick(self.stack, depth)
        need(shared <= len(self.name), 'a name shares more than there is')
        self.name = name = self.name[:shared] + suffix
        del self.stack[depth + 1:]
        if name:
            need(name not in (b'.', b'..') and b'/' not in name and b'\0' not in name, 'a bad name')
            path = self.join(parent, name)
            self.stack.append(path)
        else:
            need(parent == b'', 'a name is empty')
            path = b''
        need(len(path) <= MIB, 'a path is too long')
        mask, field = self.body.varint(), {}
        for n in range(64):
            if mask >> n & 1:
                field[n] = self.body.block() if n % 2 else self.body.varint()
                need(n > 26 or n % 2 == 0 or n in (1, 3, 5, 7), 'an unknown field')
        return self.finish(path, field)

    def finish(self, path, field):
        delta, get = field.get(6, 0), field.get
        self.seconds = wrap64(self.seconds + (delta >> 1 ^ -(delta & 1)))
        need(get(8, 0) < 10**9 and get(24, 0) <= 255, 'a field is above its limit')
        need(len(get(1, bytes(16))) == 16 and len(get(7, bytes(8))) == 8, 'a field has a wrong length')
        uid, gid = pick(self.owners, get(12, 0))[:2]
        return Entry(path, get(0, 0), uid, gid, get(2, 0), self.seconds, get(8, 0), get(3, b''),
                     int.from_bytes(get(7, b''), 'little'), get(24, 0), get(16, 0), get(18, 0),
                     (get(20, 0), get(22, 0)), get(1), pick(self.sets, get(14)) if 14 in field else {},
                     self.content(field))

    def content(self, field):
        """Section 6.3: None, or ('extents', list), or ('paged', id, level)."""
        size, level = field.get(2, 0), field.get(26)
        need(not (4 in field and 5 in field) and not (26 in field and 4 not in field), 'contradicting content fields')
        if 5 in field:
            return 'extents', read_extents(Body(field[5]), 32, self.references)
        if 4 not in field:
            return None
        index = self.previous + (field[4] >> 1 ^ -(field[4] & 1))
        reference = pick(self.references, index)
        if level is not None:
            need(1 <= level <= 16, 'an extent page of an impossible level')
            self.previous, self.expected = index, 0
            return 'paged', reference, level
        need(size <= MAX_PLAIN, 'a whole file is larger than a chunk can be')
        offset = field.get(10, self.expected if index == self.previous else 0)
        need(offset <= 0xFFFFFFFF, 'a content offset is above its limit')
        self.previous, self.expected = index, (offset + size) & 0xFFFFFFFF
        return 'extents', [Extent(0, size, reference, offset)]


TreeChild = namedtuple('TreeChild', 'id first folder pages entries')


def read_tree_page(node, level):
    body, first = Body(node.body), b''
    found, count, children = body.varint(16), body.varint(1024), []
    need(found >= 1 and level in (None, found), 'a tree page has a wrong level')
    for _ in range(count):
        reference, shared, suffix = pick(node.references, body.varint()), body.varint(), body.block(MIB)
        need(shared <= len(first), 'a first path shares more than there is')
        first = first[:shared] + suffix
        check_components(first)
        need(not children or order(first) > order(children[-1].first), 'first paths do not ascend')
        folder = body.varint(len(first))
        need(found == 1 or folder == 0, 'a folder above level 1')
        need(folder == 0 or first[folder:folder + 1] == b'/', 'a folder ends within a name')
        children.append(TreeChild(reference, first, first[:folder], body.varint(), body.varint()))
    body.end()
    return found, children


# Sections 5 and 7: packs, points and the store.

class Keyspace:
    def __init__(self, store, name):
        self.store, self.name, self.id = store, name, bytes.fromhex(name)
        self.points = [p for p in sorted((store / 'points' / name).iterdir()) if is_hex(p.name, 64)]
        self.pack_files = sorted((store / 'packs' / name).glob('??/*'))
        self.places, self.keys = {}, None

    def unlock(self, passphrase):
        tried, refusal = set(), None
        for source in (self.envelopes_of_points, self.envelopes_of_packs, self.envelopes_of_records):
            for where, envelope in source():
                if envelope in tried:
                    continue
                tried.add(envelope)
                try:
                    self.keys = open_envelope(envelope, self.id, passphrase)
                except (Damaged, Refused) as error:
                    refusal = error
                    warn('%s: %s' % (where, error))
                if self.keys:
                    return
        raise Refused('wrong passphrase: it opens none of the %d envelopes of keyspace %s%s'
                      % (len(tried), self.name, '; the last problem was: %s' % refusal if refusal else ''))

    def split_point(self, path):
        data = path.read_bytes()
        need(data[:8] == b'CFpoint\n' and len(data) >= 10 and data[8] == 1, 'not a point of version 1')
        return self.take_envelopes(data, 10, data[9])

    @staticmethod
    def take_envelopes(data, at, count):
        need(count <= 8, 'too many envelopes')
        envelopes = []
        for _ in range(count):
            need(at + 4 <= len(data), 'the envelopes are cut off')
            length = struct.unpack_from('<I', data, at)[0]
            need(length <= 4096 and at + 4 + length <= len(data), 'an envelope is too large')
            envelopes.append(data[at + 4:at + 4 + length])
            at += 4 + length
        return envelopes, data[at:]

    def envelopes_of_points(self):
        return self.each_envelope(self.points, lambda path: self.split_point(path)[0])

    def envelopes_of_packs(self):
        return self.each_envelope(self.pack_files, lambda path: self.pack_head(path, path.open('rb').read(32844))[0])

    def envelopes_of_records(self):
        return self.each_envelope(sorted((self.store / 'records' / self.name).glob('*-envelope')), record_envelope)

    @staticmethod
    def each_envelope(paths, read):
        for path in reversed(paths):
            try:
                yield from ((path, envelope) for envelope in read(path))
            except (Damaged, OSError) as error:
                warn('%s: %s' % (path, error))

    def pack_head(self, path, data):
        need(len(data) >= 44 and data[:8] == b'CFpack\r\n' and data[8] == 1, 'not a pack of version 1')
        need(data[9] in (1, 2) and data[12:28] == self.id, 'a pack of an unknown class or another keyspace')
        envelopes, rest = self.take_envelopes(data, 44, struct.unpack_from('<H', data, 10)[0])
        return envelopes, data[9], len(data) - len(rest)

    def index(self):
        for path in self.pack_files:
            try:
                need(is_hex(path.name, 64) and path.parent.name == path.name[:2], 'not the name of a pack')
                self.index_pack(path)
            except (Damaged, OSError) as error:
                warn('%s: passed over: %s' % (path, error))

    def index_pack(self, path):
        size = path.stat().st_size
        need(100 <= size <= MAX_PACK, 'a pack has an impossible length')
        with path.open('rb') as file:
            _, pack_class, head = self.pack_head(path, file.read(32844))
            file.seek(size - 56)
            table_at, length, count, table_hash, magic = struct.unpack('<QII32s8s', file.read(56))
            need(magic == b'CFpackE\n' and table_at + length + 56 == size and table_at >= head, 'a bad footer')
            need(count <= MAX_FRAMES, 'a pack holds too many frames')
            file.seek(table_at)
            table = file.read(length)
        need(blake3(table) == table_hash, 'the table does not have its hash')
        at, expected, rows = 0, head, []
        for _ in range(count):
            need(at + 65 <= length, 'a table is cut off')
            node_id, kind, offset, stored, _, references = struct.unpack_from('<32sBQI16sI', table, at)
            need((kind == CHUNK) == (pack_class == 1) and 1 <= kind <= 7, 'a kind in a pack of the wrong class')
            need(offset == expected and references <= MAX_REFERENCES, 'frames do not follow each other')
            expected, at = offset + stored, at + 65 + 32 * references
            rows.append((node_id, (path, offset, stored)))
        need(at == length and expected == table_at, 'a table does not fill its place')
        for node_id, place in rows:
            self.places.setdefault(node_id, []).append(place)

    def node(self, node_id, kind):
        problem = 'it stands in no pack'
        for path, offset, length in self.places.get(node_id, ()):
            try:
                need(length <= MAX_PLAIN + 16 + 92 + 32 * MAX_REFERENCES, 'a frame is too large')
                with path.open('rb') as file:
                    file.seek(offset)
                    return open_frame(file.read(length), self.id, node_id, (kind,), self.keys)
            except (Damaged, OSError) as error:
                problem = '%s: %s' % (path, error)
        raise Damaged('node %s of kind %d cannot be read: %s' % (node_id.hex(), kind, problem))

    def chunk(self, node_id):
        return self.node(node_id, CHUNK).body

    def read_points(self):
        for path in self.points:
            try:
                node = open_frame(self.split_point(path)[1], self.id, bytes.fromhex(path.name), (POINT, CHECKPOINT),
                                  self.keys)
                count = len(node.references)
                need(count == 2 or node.kind == CHECKPOINT and count > 2, 'a point has a wrong number of references')
                yield Point(self, node)
            except (Damaged, OSError) as error:
                warn('%s: passed over: %s' % (path, error))


def record_envelope(path):
    need(path.stat().st_size <= 4 * MIB, 'a record is too large')
    line, _, rest = path.read_bytes().partition(b'\n')
    need(rest == b'blake3 ' + blake3(line + b'\n').hex().encode() + b'\n', 'a record does not have its hash')
    try:
        return [base64.b64decode(json.loads(line)['bytes'], validate=True)]
    except (ValueError, KeyError, TypeError):
        raise Damaged('a record is not what it should be') from None


def is_hex(text, length):
    return len(text) == length and all(c in '0123456789abcdef' for c in text)


class Point:
    def __init__(self, keyspace, node):
        self.keyspace, self.tree, self.finished = keyspace, node.references[0], node.kind == POINT
        try:
            body = json.loads(node.body.decode())
            self.machine, self.source, self.sequence = body['machine'], body['source'], body['sequence']
            self.time, self.mount = body['agentTime'], base64.b64decode(body['volume']['mountPath'], validate=True)
        except (ValueError, KeyError, TypeError, binascii.Error):
            raise Damaged('the body of a point is not what it should be') from None
        need(is_hex(self.machine, 32) and is_hex(self.source, 32) and type(self.sequence) is int, 'a bad point body')

    def absolute(self, path):
        return b'/' + b'/'.join(part for part in (self.mount.strip(b'/'), path) if part)

    def relative(self, absolute):
        """The path below the mount point, or None where it lies elsewhere."""
        absolute, mount = absolute.strip(b'/'), self.mount.strip(b'/')
        if not mount or absolute == mount:
            return b'' if mount else absolute
        return absolute[len(mount) + 1:] if absolute.startswith(mount + b'/') else None

    def entries(self):
        """All entries, with the checks of section 9 over the whole listing."""
        last, folders = None, []
        for page in self.pages(self.tree, None, None):
            for entry in page.entries:
                path = entry.path
                if last is None:
                    need(path == b'', 'the first entry is not the root')
                else:
                    need(order(path) > order(last), 'paths do not ascend')
                    parent = path.rpartition(b'/')[0]
                    while folders and folders[-1] != parent:
                        folders.pop()
                    need(folders, 'the parent of an entry is no directory of the listing')
                if stat.S_ISDIR(entry.mode):
                    folders.append(path)
                last = path
                yield entry

    def pages(self, node_id, level, claim):
        level, children = read_tree_page(self.keyspace.node(node_id, TREE), level)
        need(claim is None or children, 'a tree page without children')
        if claim:
            self.check_claim(claim, children[0].first, level, children)
        for child in children:
            if level > 1:
                yield from self.pages(child.id, level - 1, child)
            else:
                yield self.page(child)

    @staticmethod
    def check_claim(claim, first, level, children):
        need(first == claim.first, 'a page does not begin with the path that its parent names')
        need(sum(c.pages for c in children) == claim.pages, 'a count of pages is wrong')
        need(sum(c.entries for c in children) == claim.entries, 'a count of entries is wrong')

    def page(self, child):
        page = ListingPage(self.keyspace.node(child.id, LISTING), child.folder, self.keyspace.chunk)
        need(page.entries and page.entries[0].path == child.first, 'a page does not begin where its parent says')
        need(child.pages == 1 and child.entries == len(page.entries), 'the counts of a page are wrong')
        return page

    def find(self, path):
        node_id, level, claim = self.tree, None, None
        while True:
            level, children = read_tree_page(self.keyspace.node(node_id, TREE), level)
            if claim:
                need(children, 'a tree page without children')
                self.check_claim(claim, children[0].first, level, children)
            claim = next((c for c in reversed(children) if order(c.first) <= order(path)), None)
            if claim is None:
                return None
            if level == 1:
                return next((e for e in self.page(claim).entries if e.path == path), None)
            node_id, level = claim.id, level - 1

    def extents(self, content):
        if content is None:
            return
        if content[0] == 'extents':
            yield from content[1]
        else:
            yield from self.extent_page(content[1], content[2])

    def extent_page(self, node_id, level):
        node = self.keyspace.node(node_id, EXTENTS)
        body = Body(node.body)
        need(body.varint(16) == level, 'an extent page has a wrong level')
        count = body.varint(1024)
        if level == 1:
            extents = read_extents(body, count, node.references)
            need(len(extents) == count > 0, 'an extent page has a wrong number of extents')
            yield from extents
            return
        need(count > 0, 'an extent page without children')
        children = [(body.varint(), pick(node.references, body.varint())) for _ in range(count)]
        body.end()
        for covered, child in children:
            for extent in self.extent_page(child, level - 1):
                covered -= extent.gap + extent.length
                yield extent
            need(covered == 0, 'an extent page does not cover what its parent says')


# The commands.

def escape(path):
    return ''.join(chr(b) if 32 <= b < 127 and b != 92 else '\\x%02x' % b for b in path)


def newest_points(vault, passphrase):
    folders = [f for f in sorted((vault / 'store' / 'points').glob('*')) if is_hex(f.name, 32)]
    if not folders:
        raise Refused('%s holds no points: is it the folder of a vault?' % vault)
    newest, refusals = {}, []
    for folder in folders:
        try:
            keyspace = Keyspace(vault / 'store', folder.name)
            keyspace.unlock(passphrase)
        except Refused as refusal:
            refusals.append(refusal)
            continue
        keyspace.index()
        for point in keyspace.read_points():
            key = (point.machine, point.source)
            if point.finished and (key not in newest or point.sequence > newest[key].sequence):
                newest[key] = point
    if len(refusals) == len(folders):
        raise refusals[0]
    for refusal in refusals:
        warn(refusal)
    return [newest[key] for key in sorted(newest)]


def list_entries(points):
    for point in points:
        for e in point.entries():
            print(stat.filemode(e.mode)[0], '%04o' % stat.S_IMODE(e.mode), e.uid, e.gid, e.size,
                  '%d.%09d' % (e.seconds, e.nanoseconds), escape(point.absolute(e.path)))


def find_file(points, absolute):
    for point in sorted(points, key=lambda p: (len(p.mount), p.time), reverse=True):
        relative = point.relative(absolute)
        entry = point.find(relative) if relative is not None else None
        if entry:
            if not stat.S_ISREG(entry.mode):
                raise Refused('%s is no regular file' % escape(absolute))
            if entry.marks & 2:
                raise Refused('the content of %s is missing: it could not be read' % escape(absolute))
            if entry.marks & 4:
                warn('%s changed while it was read' % escape(absolute))
            return point, entry
    raise Refused('no newest point holds %s' % escape(absolute))


def write_content(point, entry, out):
    at, last, data = 0, None, b''
    for extent in point.extents(entry.content):
        at += extent.gap
        if extent.reference != last:
            last, data = extent.reference, point.keyspace.chunk(extent.reference)
        need(at + extent.length <= entry.size, 'an extent ends beyond the file')
        need(extent.offset + extent.length <= len(data), 'an extent ends beyond its chunk')
        piece = data[extent.offset:extent.offset + extent.length]
        if entry.content_hash:
            need(blake3(piece, point.keyspace.keys.content)[:16] == entry.content_hash or extent.length != entry.size,
                 'the file does not have its content hash')
        out.seek(at)
        out.write(piece)
        at += extent.length
    out.truncate(entry.size)


def extract_file(points, absolute, target):
    point, entry = find_file(points, absolute)
    with open(target, 'xb') as out:
        try:
            write_content(point, entry, out)
        except BaseException:
            os.unlink(target)
            raise


def main(arguments):
    if not (arguments[2:] == ['list'] or len(arguments) == 5 and arguments[2] == 'extract'):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        points = newest_points(Path(arguments[0]), read_passphrase(arguments[1]))
        if arguments[2] == 'list':
            list_entries(points)
        else:
            extract_file(points, os.fsencode(arguments[3]), arguments[4])
        return 0
    except Refused as error:
        print('error:', error, file=sys.stderr)
    except Damaged as error:
        print('error: the vault is damaged:', error, file=sys.stderr)
    except OSError as error:
        print('error:', error, file=sys.stderr)
    return 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))

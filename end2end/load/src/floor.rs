//! What no server can do without: encrypting every packet for every receiver, and handing it to the kernel.
//!
//! The packets of the webinar at its pace, without anything that decides what goes where.

use std::io::IoSlice;
use std::net::SocketAddr;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use aws_lc_rs::aead::AES_128_GCM;
use aws_lc_rs::aead::Aad;
use aws_lc_rs::aead::LessSafeKey;
use aws_lc_rs::aead::Nonce;
use aws_lc_rs::aead::UnboundKey;
use nix::sys::socket::ControlMessage;
use nix::sys::socket::MsgFlags;
use nix::sys::socket::MultiHeaders;
use nix::sys::socket::SockaddrStorage;
use nix::sys::socket::sendmmsg;
use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::UdpGroSegment;

use crate::clock;

/// A picture every 40 ms in five packets, and two packets of voice meanwhile.
const PICTURE: Duration = Duration::from_millis(40);
const PACKETS: usize = 5;
const VOICES: usize = 2;

/// Octets of a packet before its payload, of the payloads, and of the tag behind.
const HEADER: usize = 20;
const VIDEO: usize = 1150;
const VOICE: usize = 80;
const TAG: usize = 16;

/// Messages of one system call.
const BATCH: usize = 64;

/// Nanoseconds of one core for a packet, on average.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) packets: u64,
    pub(crate) encrypting: f64,
    pub(crate) sending: f64,
}

/// Sends to so many receivers for a while.
pub(crate) fn run(receivers: usize, time: Duration) -> anyhow::Result<Outcome> {
    let sockets = (0..receivers).map(|_| receiver()).collect::<anyhow::Result<Vec<_>>>()?;
    let addresses = sockets.iter().map(UdpSocket::local_addr).collect::<Result<Vec<_>, _>>()?;
    let done = Arc::new(AtomicBool::new(false));
    let reader = std::thread::spawn({
        let done = Arc::clone(&done);
        move || drain(&sockets, &done)
    });
    let outcome = Sender::new()?.run(&addresses, time);
    done.store(true, Ordering::Release);
    reader.join().ok().context("the receivers panicked")?;
    outcome
}

fn receiver() -> anyhow::Result<UdpSocket> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.set_nonblocking(true)?;
    // As a receiving machine's kernel takes them.
    setsockopt(&socket, UdpGroSegment, &true)?;
    Ok(socket)
}

/// Takes out what has come, until it is over.
fn drain(sockets: &[UdpSocket], done: &AtomicBool) {
    let mut buffer = [0; 65_536];
    while !done.load(Ordering::Acquire) {
        for socket in sockets {
            while socket.recv(&mut buffer).is_ok() {}
        }
        clock::sleep_until(clock::monotonic() + Duration::from_millis(2));
    }
}

struct Sender {
    socket: UdpSocket,
    key: LessSafeKey,
    number: u64,
    slab: Vec<u8>,
    alone: MultiHeaders<SockaddrStorage>,
    trains: MultiHeaders<SockaddrStorage>,
}

impl Sender {
    fn new() -> anyhow::Result<Self> {
        let key = UnboundKey::new(&AES_128_GCM, &[7; 16]).ok().context("no key")?;
        Ok(Self {
            socket: UdpSocket::bind("127.0.0.1:0")?,
            key: LessSafeKey::new(key),
            number: 0,
            slab: Vec::new(),
            alone: MultiHeaders::preallocate(BATCH, None),
            trains: MultiHeaders::preallocate(BATCH, Some(nix::cmsg_space!(u16))),
        })
    }

    fn run(&mut self, to: &[SocketAddr], time: Duration) -> anyhow::Result<Outcome> {
        let (mut packets, mut encrypting, mut sending) = (0, 0, 0);
        let start = clock::monotonic();
        let beat = PICTURE / (VOICES as u32);
        for (number, at) in (0..).map(|n: u32| (n, start + beat * n)).take_while(|(_, at)| *at < start + time) {
            clock::sleep_until(at);
            let voice = std::iter::once((1, VOICE));
            let picture = Some((PACKETS, VIDEO)).filter(|_| (number as usize).is_multiple_of(VOICES));
            for (count, size) in voice.chain(picture) {
                let began = clock::thread_cpu();
                self.seal(to.len() * count, size)?;
                let sealed = clock::thread_cpu();
                self.send(to, count, HEADER + size + TAG)?;
                encrypting += sealed - began;
                sending += clock::thread_cpu() - sealed;
                packets += (to.len() * count) as u64;
            }
        }
        let each = |sum: u64| sum as f64 / packets.max(1) as f64;
        Ok(Outcome { packets, encrypting: each(encrypting), sending: each(sending) })
    }

    /// Fills the slab with so many packets, each under a number of its own.
    fn seal(&mut self, count: usize, size: usize) -> anyhow::Result<()> {
        self.slab.clear();
        for _ in 0..count {
            self.number += 1;
            let mut nonce = [0; 12];
            nonce[4..].copy_from_slice(&self.number.to_be_bytes());
            let start = self.slab.len();
            self.slab.resize(start + HEADER + size, 0x55);
            let (head, payload) = self.slab[start..].split_at_mut(HEADER);
            let nonce = Nonce::assume_unique_for_key(nonce);
            let tag = self.key.seal_in_place_separate_tag(nonce, Aad::from(&*head), payload);
            self.slab.extend_from_slice(tag.ok().context("encryption failed")?.as_ref());
        }
        Ok(())
    }

    /// Hands them to the kernel: one message for each receiver, many messages for each call.
    fn send(&mut self, to: &[SocketAddr], count: usize, size: usize) -> anyhow::Result<()> {
        let fd = self.socket.as_raw_fd();
        let segment = u16::try_from(size)?;
        for (to, pieces) in to.chunks(BATCH).zip(self.slab.chunks(BATCH * count * size)) {
            let slices: Vec<[IoSlice<'_>; 1]> =
                pieces.chunks(count * size).map(|piece| [IoSlice::new(piece)]).collect();
            let to: Vec<Option<SockaddrStorage>> = to.iter().map(|to| Some((*to).into())).collect();
            if count == 1 {
                sendmmsg(fd, &mut self.alone, &slices, &to, [], MsgFlags::empty())?.count();
            } else {
                let control = [ControlMessage::UdpGsoSegments(&segment)];
                sendmmsg(fd, &mut self.trains, &slices, &to, control, MsgFlags::empty())?.count();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_packet_is_encrypted_and_sent() {
        let outcome = run(3, Duration::from_millis(80)).unwrap();
        // Four beats with a voice, two with a picture.
        assert_eq!(outcome.packets, 3 * (4 + 2 * PACKETS as u64));
        assert!(outcome.encrypting > 0.0 && outcome.sending > 0.0);
    }
}

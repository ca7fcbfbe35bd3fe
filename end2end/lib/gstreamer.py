"""A program that publishes (WHIP) or watches (WHEP), made of GStreamer's webrtcbin and nothing of ours.

    gstreamer.py publish ADDRESS TOKEN COLOUR TONE    a plain picture in H.264 (COLOUR as r,g,b) and a tone in Opus
    gstreamer.py watch ADDRESS TOKEN CODECS           a video line for each of CODECS (VP8,H264), each behind one for Opus

Prints a line of JSON for everything that happens. Ends its stream on SIGTERM, as RFC 9725 wants.
"""

import hashlib
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

SOURCES = """
videotestsrc is-live=true pattern=solid-color foreground-color={colour}
  ! video/x-raw,width=640,height=360,framerate=15/1 ! videoconvert
  ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=400 key-int-max=150
  ! video/x-h264,profile=constrained-baseline
  ! rtph264pay config-interval=-1 aggregate-mode=zero-latency
  ! application/x-rtp,media=video,encoding-name=H264,payload=96 ! web.
audiotestsrc is-live=true wave=sine freq={tone} volume=0.4
  ! audioconvert ! audioresample ! opusenc
  ! rtpopuspay ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! web.
webrtcbin name=web bundle-policy=max-bundle
"""

# Seconds until an offer is made. Rarely GStreamer never gets as far as that; the program begins anew then.
TO_OFFER = 10

RECEIVER = "webrtcbin name=web bundle-policy=max-bundle"

VIDEO = "{decoder} ! videoconvert ! videoscale ! video/x-raw,format=RGB,width=8,height=8"
AUDIO = "rtpopusdepay ! opusdec ! audioconvert ! audio/x-raw,format=S16LE,channels=1"
DECODERS = {"VP8": "rtpvp8depay ! vp8dec", "H264": "rtph264depay ! h264parse ! openh264dec"}


def certificate():
    """A new certificate and, after it, its key: GStreamer reads them in this order."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", "/CN=stream", "-keyout", "-", "-out", "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    begin = text.index("-----BEGIN CERTIFICATE")
    return text[begin:] + text[:begin]


def fingerprint(certificate):
    text = certificate[:certificate.index("-----BEGIN", 1)]
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(text)).digest()
    return ":".join(f"{byte:02X}" for byte in digest)


def say(**what):
    # In one piece: pictures and sounds come on threads of their own.
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Stream:
    def __init__(self, address, token):
        self.address, self.token, self.place, self.offered = address, token, None, False
        self.loop = GLib.MainLoop()
        self.certificate = certificate()

    def run(self, parts, recvonly=()):
        self.pipeline = Gst.Pipeline.new()
        self.pipeline.connect("deep-element-added", self.on_element)
        self.pipeline.add(Gst.parse_bin_from_description(parts, False))
        self.web = self.pipeline.get_by_name("web")
        self.web.connect("notify::connection-state", self.on_state)
        self.web.connect("notify::ice-gathering-state", self.on_gathered)
        self.web.connect("pad-added", self.on_pad)
        for caps in recvonly:
            direction = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
            self.web.emit("add-transceiver", direction, Gst.Caps.from_string(caps))
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", lambda _, message: self.fail(str(message.parse_error()[0])))
        for number in (signal.SIGTERM, signal.SIGINT):
            GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, self.leave)
        self.web.connect("on-negotiation-needed", self.on_negotiation_needed)
        GLib.timeout_add_seconds(TO_OFFER, self.on_late)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)

    def on_element(self, _, __, element):
        # GStreamer makes RSA certificates, which the server's DTLS does not know; browsers have ECDSA.
        if element.get_name().startswith("dtlssrtpdec"):
            element.set_property("pem", self.certificate)

    def on_negotiation_needed(self, web):
        if self.place is None:
            self.place = ""
            web.emit("create-offer", None, Gst.Promise.new_with_change_func(self.on_offer))

    def on_offer(self, promise):
        # The offer belongs to the reply, which must outlive it.
        reply = promise.get_reply()
        self.web.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())

    def on_gathered(self, web, _):
        if web.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            GLib.idle_add(self.post)

    def on_late(self):
        if not self.offered:
            os.execv(sys.executable, [sys.executable, *sys.argv])

    def post(self):
        self.offered = True
        sdp = self.web.get_property("local-description").sdp.as_text()
        # The offer was made before the certificate could be given.
        sdp = re.sub(r"(a=fingerprint:sha-256 )\S+", r"\g<1>" + fingerprint(self.certificate), sdp)
        try:
            answer = self.ask("POST", self.address, sdp)
            self.place = urllib.parse.urljoin(self.address, answer.headers["Location"])
            text = answer.read()
        except urllib.error.HTTPError as refused:
            return self.fail(f"{refused.code} {refused.read().decode()}")
        _, message = GstSdp.SDPMessage.new_from_text(text.decode())
        described = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self.web.emit("set-remote-description", described, Gst.Promise.new())
        say(opened=answer.status, tag=answer.headers["ETag"])

    def ask(self, method, address, body=None):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/sdp"}
        data = body.encode() if body else None
        return urllib.request.urlopen(urllib.request.Request(address, data, headers, method=method), timeout=10)

    def on_state(self, web, _):
        say(state=web.get_property("connection-state").value_nick)

    def on_pad(self, _, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        caps = pad.get_current_caps().get_structure(0)
        codec = caps.get_string("encoding-name")
        line = pad.get_property("transceiver").get_property("mlineindex")
        audio = codec == "OPUS"
        decoding = AUDIO if audio else VIDEO.format(decoder=DECODERS[codec])
        sink = Gst.parse_bin_from_description(f"{decoding} ! fakesink name=sink signal-handoffs=true sync=false", True)
        sink.get_by_name("sink").connect("handoff", self.on_sound if audio else self.on_picture, line)
        self.web.get_parent().add(sink)
        sink.sync_state_with_parent()
        pad.link(sink.get_static_pad("sink"))

    def on_picture(self, _, buffer, __, line):
        pixels = buffer.extract_dup(0, buffer.get_size())
        middle = (4 * 8 + 4) * 3
        say(line=line, colour=list(pixels[middle:middle + 3]))

    def on_sound(self, _, buffer, __, line):
        samples = memoryview(bytes(buffer.extract_dup(0, buffer.get_size()))).cast("h")
        say(line=line, peak=max(map(abs, samples), default=0))

    def fail(self, why):
        say(failed=why)
        self.loop.quit()

    def leave(self):
        if self.place:
            try:
                say(deleted=self.ask("DELETE", self.place).status)
            except urllib.error.URLError as gone:
                say(failed=str(gone))
        self.loop.quit()


def main(what, address, token, *more):
    Gst.init(None)
    stream = Stream(address, token)
    if what == "publish":
        red, green, blue = map(int, more[0].split(","))
        stream.run(SOURCES.format(colour=0xFF000000 | red << 16 | green << 8 | blue, tone=more[1]))
    else:
        audio = "application/x-rtp,media=audio,encoding-name=OPUS,payload=97,clock-rate=48000,encoding-params=(string)2"
        payloads = {"VP8": 96, "H264": 102}
        caps = []
        for codec in more[0].split(","):
            format = ",packetization-mode=(string)1,profile-level-id=(string)42e01f" if codec == "H264" else ""
            video = f"application/x-rtp,media=video,encoding-name={codec},payload={payloads[codec]},clock-rate=90000{format}"
            caps += [audio, video]
        stream.run(RECEIVER, caps)


main(*sys.argv[1:])

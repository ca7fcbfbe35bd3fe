//! Compressed forms of a file, made once here instead of on every request.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;

/// The largest window that browsers accept without an extension of the format.
const BROTLI_WINDOW: u32 = 24;
const BROTLI_QUALITY: u32 = 11;

/// A content encoding that the server can hand out as it lies on the disk.
#[derive(Clone, Copy)]
pub(crate) enum Encoding {
    Brotli,
    /// For browsers on plain HTTP, which ask for gzip only.
    Gzip,
}

impl Encoding {
    pub(crate) const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    /// The name under which static file servers look for this form.
    pub(crate) fn beside(self, path: &Path) -> PathBuf {
        path.with_added_extension(self.extension())
    }

    pub(crate) fn pack(self, bytes: &[u8]) -> Result<Vec<u8>> {
        let mut packed = Vec::new();
        match self {
            Self::Brotli => {
                brotli::CompressorReader::new(bytes, 4096, BROTLI_QUALITY, BROTLI_WINDOW).read_to_end(&mut packed)?;
            }
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(&mut packed, flate2::Compression::best());
                encoder.write_all(bytes)?;
                encoder.finish()?;
            }
        }
        Ok(packed)
    }
}

/// Whether a file of this name shrinks; pictures and fonts are compressed already.
pub(crate) fn worth_it(name: &str) -> bool {
    const SHRINKS: [&str; 8] = ["css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest"];
    Path::new(name).extension().is_some_and(|extension| SHRINKS.iter().any(|shrinks| extension == *shrinks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacks_to_the_same_bytes() {
        let text = b"a seat in the ring ".repeat(100);
        let mut brotli = Vec::new();
        let packed = Encoding::Brotli.pack(&text).unwrap();
        brotli::Decompressor::new(&packed[..], 4096).read_to_end(&mut brotli).unwrap();
        let mut gzip = Vec::new();
        flate2::read::GzDecoder::new(&Encoding::Gzip.pack(&text).unwrap()[..]).read_to_end(&mut gzip).unwrap();
        assert_eq!((brotli, gzip), (text.clone(), text));
    }

    #[test]
    fn leaves_fonts_and_pictures_alone() {
        let packed = ["pkg/confab.wasm", "favicon.svg", "fonts/a.woff2", "icon-192.png"].map(worth_it);
        assert_eq!(packed, [true, true, false, false]);
    }
}

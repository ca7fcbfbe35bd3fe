//! A picture that a participant really sends: VP8 out of an IVF file.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use anyhow::bail;
use anyhow::ensure;

/// Octets of the file's header, and of the header before each picture.
const FILE_HEADER: usize = 32;
const PICTURE_HEADER: usize = 12;

/// Some pictures of one camera, shown over and over.
///
/// Each of them stands for itself (a keyframe), so that whoever looks at any moment sees something.
#[derive(Clone, Debug)]
pub(crate) struct Film {
    pictures: Arc<[Vec<u8>]>,
}

impl Film {
    /// Reads a file.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let octets = std::fs::read(path).with_context(|| path.display().to_string())?;
        Self::of_ivf(&octets).with_context(|| path.display().to_string())
    }

    fn of_ivf(octets: &[u8]) -> anyhow::Result<Self> {
        let (header, mut rest) = octets.split_at_checked(FILE_HEADER).context("shorter than an IVF header")?;
        ensure!(header.starts_with(b"DKIF") && header.get(8..12) == Some(b"VP80"), "not VP8 in IVF");
        let mut pictures = Vec::new();
        while let Some((header, tail)) = rest.split_at_checked(PICTURE_HEADER) {
            let [a, b, c, d, ..] = *header else { break };
            let size = u32::from_le_bytes([a, b, c, d]) as usize;
            let (picture, tail) = tail.split_at_checked(size).context("a picture is cut off")?;
            // The lowest bit of the frame tag is zero in a keyframe (RFC 6386 §9.1).
            ensure!(picture.first().is_some_and(|tag| tag & 1 == 0), "a picture is not a keyframe");
            pictures.push(picture.to_vec());
            rest = tail;
        }
        if pictures.is_empty() {
            bail!("no pictures");
        }
        Ok(Self { pictures: pictures.into() })
    }

    /// The picture with this number, from the beginning again after the last.
    pub(crate) fn picture(&self, number: u16) -> &[u8] {
        self.pictures.get(usize::from(number) % self.pictures.len()).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ivf(pictures: &[&[u8]]) -> Vec<u8> {
        let mut file = b"DKIF\0\0\x20\0VP80".to_vec();
        file.resize(FILE_HEADER, 0);
        for picture in pictures {
            file.extend((picture.len() as u32).to_le_bytes());
            file.extend([0; 8]);
            file.extend(*picture);
        }
        file
    }

    #[test]
    fn pictures_come_in_order_and_then_again() {
        let film = Film::of_ivf(&ivf(&[&[0, 1], &[2, 3, 4]])).unwrap();
        assert_eq!([0, 1, 2].map(|n| film.picture(n)), [&[0, 1][..], &[2, 3, 4], &[0, 1]]);
    }

    #[test]
    fn what_nobody_could_watch_is_refused() {
        for wrong in [&b"DKIF"[..], &[0; 64], &ivf(&[]), &ivf(&[&[1, 2]]), &ivf(&[&[0, 1]])[..45]] {
            assert!(Film::of_ivf(wrong).is_err());
        }
    }
}

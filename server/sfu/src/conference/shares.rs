//! How each receiver's bandwidth is shared among the tracks on its slots.

use std::collections::BTreeMap;
use std::time::Duration;
use std::time::Instant;

use domain::wire::Source;

use super::Conference;
use super::Effects;
use super::member::Member;
use crate::layers::Layer;
use crate::layers::Limit;
use crate::share::Claim;
use crate::share::Demand;
use crate::share::Grant;
use crate::share::share;
use crate::timers::after;
use crate::track::TrackKey;
use crate::verbs::SeatKey;

/// How long no picture becomes larger after one had to become smaller: a link that was just full may be so again.
const STEADY: Duration = Duration::from_secs(2);

impl Conference {
    /// What a receiver's connection carries, in bits per second.
    pub(crate) fn budget(&mut self, seat: SeatKey, rate: u64) {
        if let Some(member) = self.members.get_mut(&seat) {
            member.budget = Some(rate);
            self.unshared.insert(seat);
        }
    }

    /// Shares a receiver's bandwidth: sound goes first, then the pictures as they are wished for.
    pub(super) fn share(&mut self, seat: SeatKey, now: Instant, effects: &mut Effects) {
        let Some(member) = self.members.get(&seat) else { return };
        let Some(budget) = member.budget else { return };
        let sound = self.sound(member);
        let claims = self.claims(seat, member);
        let flows: BTreeMap<usize, Option<Layer>> = claims.iter().map(|claim| (claim.slot, claim.current)).collect();
        let may_rise = member.steady_until.is_none_or(|until| until <= now);
        let (grants, demand) = share(budget.saturating_sub(sound), claims, may_rise);
        for grant in grants {
            let falls = flows.get(&grant.slot).is_some_and(|flowed| grant.limit < *flowed);
            self.grant(seat, grant, falls.then(|| after(now, STEADY)));
        }
        let (granted, wanted) = (demand.granted.saturating_add(sound), demand.wanted.saturating_add(sound));
        effects.demands.push((seat, Demand { granted, wanted }));
    }

    /// What the sounds on a receiver's slots bring, in bits per second.
    fn sound(&self, member: &Member) -> u64 {
        let tracks = member.tracks().filter(|(_, audio, _)| *audio).filter_map(|(.., key)| self.tracks.get(&key));
        tracks.filter_map(|track| track.rate(Layer::High)).fold(0, u64::saturating_add)
    }

    fn claims(&self, seat: SeatKey, member: &Member) -> Vec<Claim> {
        let pictures = member.tracks().filter(|(_, audio, _)| !audio);
        let claim = |(slot, _, key): (usize, bool, TrackKey)| {
            let (priority, height) = member.wish_on(slot).map_or((0, 0), |wish| (wish.priority, wish.max_height));
            let track = self.tracks.get(&key)?;
            member.slots.get(slot)?.as_ref().filter(|slot| slot.can_play(track))?;
            let (layers, current) = track.costs(seat, slot);
            Some(Claim { slot, priority: (key.1 == Source::Screen, priority, height), layers, current })
        };
        pictures.filter_map(claim).collect()
    }

    fn grant(&mut self, seat: SeatKey, grant: Grant, steady_until: Option<Instant>) {
        let Some(member) = self.members.get_mut(&seat) else { return };
        member.steady_until = steady_until.or(member.steady_until);
        let key = member.slot_mut(grant.slot).and_then(|slot| slot.track);
        let Some(track) = key.and_then(|key| self.tracks.get_mut(&key)) else { return };
        let paused = track.is_paused(seat, grant.slot);
        track.limit(seat, grant.slot, grant.limit.map_or(Limit::Paused, Limit::UpTo));
        if paused != track.is_paused(seat, grant.slot) {
            self.changed.insert((seat, grant.slot));
        }
    }
}

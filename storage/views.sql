-- What a user has said last, under the item that the record stands for now.
create or replace view rating as
select r.user_id, coalesce(b.item_id, r.item_id) as item_id, r.item_id as record_id, r.kind, r.value, r.unix, r.text
from (
  select * from fact_rating
  qualify kind = 'click' or row_number() over (partition by user_id, item_id, kind order by unix desc, seq desc) = 1
) r
left join bridge_item_source b on b.record_id = r.item_id;

-- Canonical items, and records that stand for themselves.
create or replace view item as
select item_id, kind, number, title, year from dim_item where kind = 'canonical'
union all
select item_id, kind, number, title, year from (
  select * from dim_item where kind = 'record'
  qualify row_number() over (partition by item_id order by seq desc) = 1
)
where item_id not in (select record_id from bridge_item_source)
  and item_id not in (select item_id from dim_item where kind = 'canonical');

create or replace view user_activity as
select user_id, count(*) as interactions, count(distinct item_id) as items,
  count(*) filter (kind in ('rate', 'review')) as ratings,
  avg(value) filter (kind in ('rate', 'review')) as mean_stars,
  min(nullif(unix, 0)) as first_unix, max(nullif(unix, 0)) as last_unix
from rating group by user_id;

create or replace view item_rating_stats as
select item_id, count(*) as ratings, count(distinct user_id) as users,
  avg(value) as mean_stars, stddev_pop(value) as stddev_stars,
  count(*) filter (kind = 'review') as reviews
from rating where kind in ('rate', 'review') group by item_id;

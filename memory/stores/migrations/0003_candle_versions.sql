CREATE TABLE "khala"."replaced_candles" (
	"venue_id" text NOT NULL,
	"symbol" text NOT NULL,
	"timeframe" text NOT NULL,
	"open_ms" bigint NOT NULL,
	"open" double precision NOT NULL,
	"high" double precision NOT NULL,
	"low" double precision NOT NULL,
	"close" double precision NOT NULL,
	"volume" double precision NOT NULL,
	"known_from_ms" bigint NOT NULL,
	"replaced_ms" bigint NOT NULL,
	CONSTRAINT "replaced_candles_venue_id_symbol_timeframe_open_ms_replaced_ms_pk" PRIMARY KEY("venue_id","symbol","timeframe","open_ms","replaced_ms")
);
--> statement-breakpoint
ALTER TABLE "khala"."candles" ADD COLUMN "known_from_ms" bigint DEFAULT 0 NOT NULL;
CREATE TABLE "khala"."candle_verdicts" (
	"venue_id" text NOT NULL,
	"symbol" text NOT NULL,
	"timeframe" text NOT NULL,
	"open_ms" bigint NOT NULL,
	"verdict" text NOT NULL,
	"known_ms" bigint NOT NULL,
	CONSTRAINT "candle_verdicts_venue_id_symbol_timeframe_open_ms_verdict_pk" PRIMARY KEY("venue_id","symbol","timeframe","open_ms","verdict")
);

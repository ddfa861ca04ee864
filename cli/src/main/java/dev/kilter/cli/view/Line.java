package dev.kilter.cli.view;

import java.util.ArrayList;
import java.util.List;

/** One line of coloured pieces, cut to the terminal's width where it is too long. */
final class Line {

    /** Colours that every terminal has. */
    enum Colour {
        PLAIN(""),
        BOLD("1"),
        DIM("2"),
        GREEN("32"),
        YELLOW("33"),
        RED("31"),
        CYAN("36");

        private final String code;

        Colour(String code) {
            this.code = code;
        }
    }

    private record Piece(String text, Colour colour) {}

    private final List<Piece> pieces = new ArrayList<>();

    Line add(String text) {
        return add(text, Colour.PLAIN);
    }

    Line add(String text, Colour colour) {
        pieces.add(new Piece(text, colour));
        return this;
    }

    /** Fills with blanks up to that column, at least one. */
    Line column(int column) {
        return add(" ".repeat(Math.max(1, column - length())));
    }

    int length() {
        return pieces.stream().mapToInt(piece -> piece.text().length()).sum();
    }

    String render(int width, boolean colours) {
        StringBuilder text = new StringBuilder();
        int left = width;
        for (Piece piece : pieces) {
            if (left == 0) {
                break;
            }
            String visible = cut(piece.text(), left);
            left -= visible.length();
            boolean plain = !colours || piece.colour() == Colour.PLAIN;
            text.append(plain ? visible : "\033[" + piece.colour().code + "m" + visible + "\033[0m");
        }
        return colours ? text.toString() : text.toString().stripTrailing();
    }

    /** The text, or as much as fits with an ellipsis. */
    static String cut(String text, int width) {
        return text.length() <= width ? text : width < 1 ? "" : text.substring(0, width - 1) + "…";
    }
}
